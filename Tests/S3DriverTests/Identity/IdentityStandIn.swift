import Coffer
import Foundation
import Glibc
import HTTPTransport

@testable import S3Driver

/// A running `identity_stand_in.py`: metadata, container, STS, SSO and SSO-OIDC on one port.
final class IdentityStandIn: Sendable {
    let port: Int
    private let process: pid_t

    /// Starts it. Not by `Process`: its children share open descriptors, and whoever reads from one waits for all.
    init() throws {
        let script = PythonOracle.root.appending(path: "Tests/S3DriverTests/Oracle/identity_stand_in.py").path
        let outcome = try Subprocess.run(
            PythonOracle.interpreter + [script], environment: ProcessInfo.processInfo.environment,
            timeout: .seconds(600))
        let words = String(decoding: outcome.output, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let port = Int(words[0]), let process = pid_t(words[1]) else {
            throw PythonOracle.Failure(description: "identity_stand_in.py gave no port: '\(words)'")
        }
        self.port = port
        self.process = process
    }

    /// Ends the server.
    func stop() { kill(process, SIGTERM) }

    /// The address of one of the services.
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The ways to it; the container's address leads there too.
    func services() throws -> CredentialServices {
        var configuration = HTTPTransportConfiguration()
        configuration.proxy = ""
        configuration.threads = 1
        let client = RedirectingTransport(try HTTPClient(configuration), port: port)
        return CredentialServices(transport: client, local: client, firstWait: .zero)
    }

    /// The variables that lead to it.
    func environment(_ more: [String: String] = [:]) -> [String: String] {
        [
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL_STS": url("/sts"),
            "AWS_ENDPOINT_URL_SSO": url("/sso"), "AWS_ENDPOINT_URL_SSO_OIDC": url("/oidc"),
            "AWS_CONFIG_FILE": "/nonexistent/config", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent/credentials",
        ].merging(more) { $1 }
    }

    /// The requests so far, as `METHOD path status`.
    func log(_ services: CredentialServices) async throws -> [String] {
        let answer = try await services.send(
            HTTPRequest(.get, HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port), target: "/log"), isLocal: true,
            attempts: 1)
        return try JSONDecoder().decode([String].self, from: Data(answer.body))
    }
}

/// Sends what is for the container's address to a stand-in.
private struct RedirectingTransport: HTTPTransport {
    let base: any HTTPTransport
    let port: Int

    init(_ base: any HTTPTransport, port: Int) {
        self.base = base
        self.port = port
    }

    func send(_ request: HTTPRequest) async throws(StoreError) -> HTTPResponse {
        var request = request
        if request.origin.host == ContainerHost.ecs {
            request.origin = HTTPOrigin(scheme: .http, host: "127.0.0.1", port: port)
        }
        return try await base.send(request)
    }

    func close() async { await base.close() }
}

/// A home directory, removed with the value.
final class Home: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url.appending(path: ".aws/sso/cache"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    /// Writes a file; the path is relative.
    func write(_ text: String, _ path: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: false, encoding: .utf8)
    }

    func read(_ path: String) throws -> String { try String(contentsOf: url.appending(path: path), encoding: .utf8) }
}
