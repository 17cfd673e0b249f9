import Coffer
import Testing

@testable import S3Driver

@Suite("Credential chain")
struct CredentialChainTests {
    let none = [
        "AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
        "AWS_CONFIG_FILE": "/nonexistent/config",
    ]

    func with(_ more: [String: String]) -> [String: String] { none.merging(more) { _, new in new } }

    @Test("what is given goes before the environment, and that before the profile")
    func order() async throws {
        let given = Credentials(accessKeyID: "S", secretAccessKey: "s")
        let variables = with(["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SESSION_TOKEN": "t"])
        #expect(try await CredentialChain.standard(given, environment: variables).resolve() == .credentials(given))
        #expect(
            try await CredentialChain.standard(environment: variables).resolve()
                == .credentials(Credentials(accessKeyID: "E", secretAccessKey: "e", sessionToken: "t")))
    }

    @Test("a chain without credentials says of each source why it had none")
    func empty() async {
        let chain = CredentialChain.standard(environment: none)
        let error = await #expect(throws: StoreError.self) { try await chain.resolve() }
        #expect(error?.code == .unauthenticated)
        #expect(
            error?.message == "no credentials were found (static: none were given; environment: AWS_ACCESS_KEY_ID is "
                + "not set; web_identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set; profile: /nonexistent/credentials does not "
                + "exist, /nonexistent/config does not exist; container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI "
                + "nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set; instance: AWS_EC2_METADATA_DISABLED is set); give "
                + "access_key_id and secret_access_key, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write a "
                + "profile, or ask for anonymous access")
    }

    @Test("half of a pair in the environment is an error, not a reason to look further")
    func half() async {
        let chain = CredentialChain.standard(environment: with(["AWS_ACCESS_KEY_ID": "E"]))
        let error = await #expect(throws: StoreError.self) { try await chain.resolve() }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("AWS_SECRET_ACCESS_KEY") == true)
    }

    @Test("empty variables are as if they were not there")
    func emptyVariables() async throws {
        let provider = EnvironmentCredentials(["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "x"])
        #expect(try await provider.resolve() == .nothing(because: "AWS_ACCESS_KEY_ID is not set"))
        let other = EnvironmentCredentials([
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "",
        ])
        #expect(try await other.resolve() == .credentials(Credentials(accessKeyID: "a", secretAccessKey: "x")))
    }

    @Test("anonymous ends a chain")
    func anonymous() async throws {
        let chain = CredentialChain([StaticCredentials(nil), AnonymousCredentials(), EnvironmentCredentials()])
        #expect(try await chain.resolve() == .anonymous)
    }

    @Test("providers hide what they hold")
    func secrets() {
        let given = Credentials(accessKeyID: "AK", secretAccessKey: "hush-hush", sessionToken: "to-ken")
        var shown = ""
        dump(StaticCredentials(given), to: &shown)
        dump(CredentialChain.standard(given, environment: with(["AWS_SECRET_ACCESS_KEY": "hush-hush"])), to: &shown)
        shown += "\(CredentialResolution.credentials(given)) \(CredentialChain.standard(given))"
        shown += String(reflecting: EnvironmentCredentials(["AWS_SECRET_ACCESS_KEY": "hush-hush"]))
        #expect(!shown.contains("hush-hush"))
        #expect(!shown.contains("to-ken"))
    }
}
