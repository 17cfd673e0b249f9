import Coffer
import Foundation
import HTTPTransport
import Testing

@testable import S3Driver

/// The sources against stand-ins that check what the real services check.
@Suite struct IdentityTests {
    private func chain(
        _ standIn: IdentityStandIn, _ services: CredentialServices, _ more: [String: String], profile: String? = nil
    ) -> CredentialChain {
        let setup = CredentialSetup(profile: profile, environment: standIn.environment(more), services: services)
        return CredentialChain(CredentialSource.chain(setup).map { $0.provider(setup) })
    }

    @Test func theReportSaysWhichSourceAndWhyNotTheOthers() async throws {
        let standIn = try IdentityStandIn()
        defer { standIn.stop() }
        let services = try standIn.services()
        let (_, report) = try await chain(
            standIn, services,
            ["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": standIn.url("/imds")]
        ).trace()
        #expect(report.source == "instance")
        #expect(report.detail == "instance (role web-role of \(standIn.url("/imds")))")
        #expect(report.passed.map(\.source) == ["environment", "web_identity", "profile", "container"])
        #expect(report.passed.map(\.reason)[2].contains("/nonexistent/config does not exist"))
        #expect(report.expiration.map { $0 > .now() } == true)
        let log = try await standIn.log(services)
        #expect(
            log == [
                "PUT /imds/latest/api/token 200", "GET /imds/latest/meta-data/iam/security-credentials/ 200",
                "GET /imds/latest/meta-data/iam/security-credentials/web-role 200",
            ])
        await services.close()
    }

    @Test func refusalsNameTheSourceAndHideTheToken() async throws {
        let standIn = try IdentityStandIn()
        let services = try standIn.services()
        defer { standIn.stop() }
        let home = try Home()
        try home.write("jwt-very-secret", "jwt")
        let web = await #expect(throws: StoreError.self) {
            try await chain(
                standIn, services,
                ["AWS_WEB_IDENTITY_TOKEN_FILE": home.path + "/jwt", "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod"]
            ).resolve()
        }
        #expect(web?.code == .unauthenticated)
        #expect(web?.serviceCode == "InvalidIdentityToken")
        #expect(web?.message.contains("credentials of web_identity: STS at") == true)
        #expect(web?.message.contains("(before: environment: AWS_ACCESS_KEY_ID is not set)") == true)
        #expect(web?.message.contains("cannot use the token ***") == true)
        #expect(web?.message.contains("very-secret") == false)
        let files = IdentityCase.token("corp", expires: 3600, more: ["accessToken": "sso-very-secret"])
        for (path, text) in files { try home.write(text, path) }
        try home.write(
            "[sso-session corp]\nsso_start_url = u\nsso_region = r\n[default]\nsso_session = corp\n"
                + "sso_account_id = 123456789012\nsso_role_name = R\n", "config")
        let sso = await #expect(throws: StoreError.self) {
            try await chain(
                standIn, services, ["HOME": home.path, "AWS_CONFIG_FILE": home.path + "/config"]
            ).resolve()
        }
        #expect(sso?.code == .unauthenticated)
        #expect(sso?.message.contains("run: aws sso login --sso-session corp") == true)
        #expect(sso?.message.contains("very-secret") == false)
        await services.close()
    }

    @Test func multiFactorIsRefusedClearly() async throws {
        let home = try Home()
        try home.write(
            "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n"
                + "[profile base]\n" + IdentityCase.keys, "config")
        let provider = ProfileCredentials(
            environment: ["AWS_CONFIG_FILE": home.path + "/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"])
        let error = await #expect(throws: StoreError.self) { try await provider.resolve() }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("mfa_serial") == true)
    }

    @Test func renewedTokensAreKeptForOthers() async throws {
        let standIn = try IdentityStandIn()
        let services = try standIn.services()
        defer { standIn.stop() }
        let home = try Home()
        let path = ".aws/sso/cache/\(IdentityCase.sha1("corp")).json"
        for (path, text) in IdentityCase.token("corp", expires: 60, more: IdentityCase.renewable) {
            try home.write(text, path)
        }
        try home.write(
            "[sso-session corp]\nsso_start_url = u\nsso_region = r\n[default]\nsso_session = corp\n"
                + "sso_account_id = 123456789012\nsso_role_name = R\n", ".aws/config")
        var environment = standIn.environment(["HOME": home.path])
        environment["AWS_CONFIG_FILE"] = nil
        let provider = ProfileCredentials(CredentialSetup(environment: environment, services: services))
        let first = try await provider.resolve()
        let kept = try JSONDecoder().decode([String: String].self, from: Data(home.read(path).utf8))
        #expect(kept["accessToken"] == "sso-renewed#1")
        #expect(kept["refreshToken"] == "refresh-good#1")
        #expect(kept["clientSecret"] == "client-secret")
        let mode = try FileManager.default.attributesOfItem(atPath: home.path + "/" + path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        guard case .credentials(let one) = first, case .credentials(let two) = try await provider.resolve() else {
            Issue.record("no credentials")
            return
        }
        #expect(one.accessKeyID == two.accessKeyID)
        // The second time it is good still.
        #expect(try await standIn.log(services).filter { $0.contains("/oidc/token") }.count == 1)
        await services.close()
    }

    @Test func optionsTakeARoleAroundAnySource() async throws {
        let standIn = try IdentityStandIn()
        defer { standIn.stop() }
        let options = [
            "bucket": "b", "role_arn": "arn:aws:iam::111122223333:role/options", "external_id": "x",
            "role_duration": "20m", "role_session_name": "me", "sts_endpoint": standIn.url("/sts"), "proxy": "",
        ]
        var environment = standIn.environment(IdentityCase.variables)
        environment["AWS_ENDPOINT_URL_STS"] = nil
        let report = try await S3Driver.credentialReport(options: options, environment: environment)
        #expect(report.source == "role")
        #expect(report.detail == "role arn:aws:iam::111122223333:role/options, taken with environment")
        let seconds = report.expiration.map { $0.seconds - Timestamp.now().seconds } ?? 0
        #expect(seconds <= 1200 && seconds > 0)
        // The host's own source is as good as any.
        let host = HostCredentials(name: "vault") { () throws(StoreError) in
            .credentials(Credentials(accessKeyID: "AKIDBASE", secretAccessKey: "base/secret+key"))
        }
        let configuration = try Configuration(
            options, driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: environment)
        let driver = try await S3Driver.make(configuration, credentials: host)
        let mine = try await driver.credentialReport()
        #expect(mine.detail.hasSuffix("taken with vault"))
        await driver.close()
        // Web identity with the role of the options.
        let home = try Home()
        try home.write("jwt-good", "jwt")
        var web = options
        web["web_identity_token_file"] = home.path + "/jwt"
        web["external_id"] = nil
        #expect(try await S3Driver.credentialReport(options: web, environment: environment).source == "web_identity")
    }

    @Test(arguments: [
        ["role_session_name": "me"], ["role_arn": "not-an-arn"], ["credentials": "environment,moon"],
        ["credentials": "profile,profile"], ["role_arn": "arn:aws:iam::1:role/x", "role_duration": "1m"],
        ["role_arn": "arn:aws:iam::1:role/x", "anonymous": "true"], ["access_key_id": "a"], ["secret_access_key": "b"],
    ])
    func optionsThatDoNotGoTogether(options: [String: String]) async throws {
        let environment = ["AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"]
        let error = await #expect(throws: StoreError.self) {
            try await S3Driver.credentialReport(options: options, environment: environment)
        }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func theOptionCredentialsNamesTheSources() async throws {
        let environment = IdentityCase.variables.merging([
            "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]) { $1 }
        let error = await #expect(throws: StoreError.self) {
            try await S3Driver.credentialReport(
                options: ["credentials": "profile, container"], environment: environment)
        }
        #expect(error?.code == .unauthenticated)
        #expect(error?.message.contains("environment:") == false)
        let report = try await S3Driver.credentialReport(
            options: ["credentials": "profile, environment"], environment: environment)
        #expect(report.source == "environment")
        #expect(report.passed.map(\.source) == ["profile"])
    }

    @Test func theInstancesRegionIsUsedIfNobodyGaveOne() async throws {
        let standIn = try IdentityStandIn()
        let services = try standIn.services()
        defer { standIn.stop() }
        let setup = CredentialSetup(
            environment: standIn.environment([
                "AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": standIn.url("/imds"),
            ]), services: services)
        let configuration = try Configuration(
            ["bucket": "photos"], driver: "s3", schema: S3Driver.descriptor.fullSchema, environment: setup.variables)
        let settings = try S3Settings(configuration, try await setup.context())
        #expect(settings.isRegionGuessed)
        let transport = FakeTransport(.init(200, [("ETag", "\"abc\"")]))
        let cache = CredentialsCache(
            InstanceCredentials(setup: setup), services: services,
            findRegion: {
                guard let context = try? await setup.context() else { return nil }
                return await InstanceMetadata(services: services).region(context)
            })
        let driver = S3Driver(S3Client(settings, transport: transport, cache: cache))
        _ = try await driver.put("k", Payload(Chunk("x")), WriteOptions())
        #expect(transport.requests.map(\.origin.host) == ["photos.s3.ap-southeast-2.amazonaws.com"])
        await driver.close()
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("localhost", true), ("::1", true), ("169.254.170.2", true),
        ("169.254.170.23", true), ("fd00:ec2::23", true), ("127.0.0.1.example.com", false), ("128.0.0.1", false),
        ("169.254.169.254", false), ("127.0.0.256", false), ("127.1", false), ("localhost.example.com", false),
    ])
    func hostsOfContainers(host: String, isTrusted: Bool) {
        #expect(ContainerHost.isTrusted(host) == isTrusted)
    }
}
