import Coffer
import Foundation
import Testing

@testable import S3Driver

/// Environments and profile files: the same source, keys and region as botocore chooses.
struct IdentityOracleTests {
    /// What botocore's names for its sources are here.
    private static let sources: [String: Set<String>] = [
        "env": ["environment"], "assume-role": ["profile"],
        "assume-role-with-web-identity": ["web_identity", "profile"], "sso": ["profile"],
        "shared-credentials-file": ["profile"], "config-file": ["profile"], "custom-process": ["profile"],
        "container-role": ["container"], "iam-role": ["instance"],
    ]

    struct Theirs: Decodable {
        var source: String?
        var access: String?
        var secret: String?
        var token: String?
        var region: String?
        var error: String?
        var message: String?
    }

    /// What we choose.
    struct Ours {
        var report: CredentialReport?
        var credentials: Credentials?
        var region: String?
        var error: StoreError?
    }

    private struct Prepared: Encodable {
        var environment: [String: String]
        var profile: String?
    }

    private func prepare(_ sample: IdentityCase, _ standIn: IdentityStandIn, in home: Home) throws -> Prepared {
        func fill(_ text: String) -> String {
            text.replacingOccurrences(of: "HOME", with: home.path)
                .replacingOccurrences(of: "PORT", with: String(standIn.port))
        }
        var environment = standIn.environment()
        environment["AWS_CONFIG_FILE"] = nil
        environment["AWS_SHARED_CREDENTIALS_FILE"] = nil
        environment["HOME"] = home.path
        environment["PATH"] = "/usr/bin:/bin"
        environment.merge(sample.environment.mapValues(fill)) { $1 }
        try sample.credentials.map { try home.write(fill($0), ".aws/credentials") }
        try sample.config.map { try home.write(fill($0), ".aws/config") }
        for (path, text) in sample.files { try home.write(fill(text), path) }
        let prepared = Prepared(environment: environment, profile: sample.profile)
        try home.write(String(decoding: try JSONEncoder().encode(prepared), as: UTF8.self), "environment.json")
        return prepared
    }

    private func choose(_ prepared: Prepared, _ services: CredentialServices) async -> Ours {
        let setup = CredentialSetup(
            profile: prepared.profile, environment: prepared.environment, services: services)
        var ours = Ours()
        do throws(StoreError) {
            ours.region = try await setup.context().region
            let chain = CredentialChain(CredentialSource.chain(setup).map { $0.provider(setup) })
            let (resolution, report) = try await chain.trace()
            ours.report = report
            if case .credentials(let found) = resolution { ours.credentials = found }
        } catch {
            ours.error = error
        }
        return ours
    }

    @Test("every environment gives the source, the keys and the region that botocore chooses")
    func botocore() async throws {
        let standIn = try IdentityStandIn()
        defer { standIn.stop() }
        let services = try standIn.services()
        let cases = IdentityCase.all
        #expect(cases.count >= 40)
        #expect(Set(cases.map(\.name)).count == cases.count)
        var homes: [Home] = []
        var prepared: [Prepared] = []
        for sample in cases {
            let home = try Home()
            prepared.append(try prepare(sample, standIn, in: home))
            homes.append(home)
        }
        // Ours first: a token that SSO renewed is renewed again by botocore, from what we wrote.
        var ours: [Ours] = []
        for item in prepared { ours.append(await choose(item, services)) }
        let lines = try PythonOracle.lines(
            "botocore_identity.py", [String(standIn.port)] + homes.map(\.path))
        #expect(lines.count == cases.count)
        for ((sample, own), line) in zip(zip(cases, ours), lines) {
            compare(sample, own, try JSONDecoder().decode(Theirs.self, from: line))
        }
        await services.close()
    }

    private func compare(_ sample: IdentityCase, _ own: Ours, _ theirs: Theirs) {
        let seen = Comment(
            rawValue: "\(sample.name): ours \(own.report?.description ?? own.error?.message ?? "-"), theirs \(theirs)")
        if let deviation = sample.deviation {
            #expect(own.report?.source == deviation.source, seen)
            #expect(own.region != theirs.region || deviation.source != theirs.source, seen)
            return
        }
        guard theirs.error == nil, let source = theirs.source else {
            #expect(own.error != nil, seen)
            // Nothing found is told from something broken.
            if theirs.error == nil { #expect(own.error?.code == .unauthenticated, seen) }
            return
        }
        #expect(own.error == nil, seen)
        #expect(Self.sources[source]?.contains(own.report?.source ?? "") == true, seen)
        #expect(own.credentials?.accessKeyID == theirs.access, seen)
        #expect(own.credentials?.secretAccessKey == theirs.secret, seen)
        #expect(own.credentials?.sessionToken == theirs.token, seen)
        #expect(own.region == theirs.region, seen)
    }
}
