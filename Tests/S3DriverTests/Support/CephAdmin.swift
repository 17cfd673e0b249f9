import Foundation
import Testing

/// `radosgw-admin` of a Ceph server of the tests, and users that only one test knows.
struct CephAdmin: Sendable, CustomTestStringConvertible {
    /// Those of the servers that can be administered.
    static let all: [CephAdmin] = TestServer.all.filter { $0.kind == "ceph" && $0.caFile != nil }.map { CephAdmin($0) }

    /// A user of a test, with its keys.
    struct User: Sendable {
        let id: String
        let accessKey: String
        let secretKey: String
    }

    let server: TestServer
    var testDescription: String { server.name }

    init(_ server: TestServer) { self.server = server }

    /// Runs a command.
    ///
    /// - Throws: What it wrote to standard error, if it failed.
    func run(_ arguments: [String]) throws {
        // .../<directory of all servers>/<name>/tls/ca.pem
        let directory = URL(filePath: server.caFile ?? "").deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let process = Process()
        process.executableURL = PythonOracle.root.appending(path: "scripts/test-servers")
        process.arguments = ["admin", server.name, "--"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["COFFER_SERVER_DIR": directory.path]) { $1 }
        let output = FileManager.default.temporaryDirectory.appending(path: "admin-\(UUID().uuidString).txt")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        let file = try FileHandle(forWritingTo: output)
        process.standardOutput = file
        process.standardError = file
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
            throw PythonOracle.Failure(description: "radosgw-admin \(arguments.joined(separator: " ")): \(text)")
        }
    }

    /// Makes a user for as long as the body runs; what it owns goes with it.
    func withUser(_ label: String, _ body: (User) async throws -> Void) async throws {
        let id = TestServer.freshBucket(label)
        let user = User(id: id, accessKey: id.uppercased(), secretKey: id + "-secret")
        try run([
            "user", "create", "--uid", id, "--display-name", id, "--access-key", user.accessKey, "--secret-key",
            user.secretKey,
        ])
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(user)) } catch { outcome = .failure(error) }
        try run(["user", "rm", "--uid", id, "--purge-data"])
        try outcome.get()
    }
}

extension TestServer {
    /// The options that open a bucket as another user.
    func options(_ bucket: String, as user: CephAdmin.User) -> [String: String] {
        options(bucket, ["access_key_id": user.accessKey, "secret_access_key": user.secretKey])
    }
}
