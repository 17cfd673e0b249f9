import Coffer

/// The credentials that a program gives: `credential_process` of a profile.
///
/// The command is split as a shell splits words, but no shell runs it, as botocore does it. Source: "Process credential
/// provider", AWS SDKs and tools reference guide.
enum ProcessCredentials {
    /// How long the program may take.
    private static let timeout = Duration.seconds(60)

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - profile: Whose it is, for errors. The command is not in them: it may hold a secret.
    ///   - variables: The program's environment.
    /// - Throws: `unauthenticated` if it fails, `invalidResponse` if what it writes makes no sense.
    static func read(
        _ command: String, profile: String, variables: [String: String]
    ) async throws(StoreError) -> Credentials {
        let place = "the credential_process of profile '\(profile)'"
        guard let words = ShellWords.split(command), !words.isEmpty else {
            throw StoreError(.invalidConfiguration, "\(place) is empty or has a quote that is not closed")
        }
        let outcome = try await BlockingPool.run { () throws(StoreError) in
            try Subprocess.run(words, environment: variables, timeout: timeout)
        }
        guard outcome.status == 0 else {
            throw StoreError(
                .unauthenticated, "\(place) ended with status \(outcome.status); run it by hand to see why")
        }
        let json: JSONValue
        do throws(JSONParser.Fault) {
            json = try JSONParser.parse(outcome.output)
        } catch {
            throw StoreError(.invalidResponse, "\(place) wrote no JSON (byte \(error.offset))")
        }
        guard json["Version"]?.integer == 1 else {
            throw StoreError(.invalidResponse, "\(place) wrote JSON without \"Version\": 1")
        }
        return try MetadataDocument.credentials(json, of: place, tokenName: "SessionToken")
    }
}
