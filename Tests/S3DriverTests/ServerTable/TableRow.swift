import Coffer
import CofferTesting
import Testing

@testable import S3Driver

/// One line of the table operation × server: an operation that is carried out on a real server, and whose effect is looked for.
struct TableRow: Sendable, CustomTestStringConvertible {
    /// What the operation belongs to.
    let group: String
    /// What is done, in the words of the documentation; the row is found by it.
    let name: String
    /// Does it, and looks for its effect.
    let run: @Sendable (TableContext) async throws -> Void

    var testDescription: String { "\(group): \(name)" }

    init(_ group: String, _ name: String, _ run: @escaping @Sendable (TableContext) async throws -> Void) {
        self.group = group
        self.name = name
        self.run = run
    }

    /// All lines, in the order of the documentation.
    static let all: [TableRow] =
        objectRows + listingRows + copyRows + uploadRows + presignedRows + sharingRows + checksumRows + carriedRows
        + versionRows + bucketRows + configurationRows
}

/// What a line has to work with on one server.
struct TableContext: Sendable {
    /// The server.
    let server: TestServer
    /// A part of a bucket that nobody else uses.
    let store: Store
    private let prefix: String

    /// Opens the part.
    init(_ server: TestServer) async throws {
        self.server = server
        prefix = TestServer.freshPrefix("table")
        store = try await server.openShared(prefix)
    }

    /// The same part with other options.
    func open(_ more: [String: String]) async throws -> Store { try await server.openShared(prefix, more) }

    /// Uses a presigned URL as anybody would.
    func curl(_ request: PresignedRequest, body: String? = nil) async throws -> CurlCommand.Answer {
        let answer = try await CurlCommand(arguments: ["--noproxy", "*"]).send(request, body: body)
        if answer.status >= 300 { throw Refused(status: answer.status) }
        return answer
    }
}

/// The server refused a presigned request.
struct Refused: Error { let status: Int }

/// The server took the request and did not do what was asked.
struct Ignored: Error {}

extension TableContext {
    /// The effect is there, or the server ignored the request.
    func expect(_ isSo: Bool) throws { if !isSo { throw Ignored() } }

    /// The ETag that a write must give.
    func etag(_ info: ObjectInfo) throws -> ETag {
        guard let etag = info.etag else { throw Ignored() }
        return etag
    }

    /// The error that a call ends with; one that it must not pass without.
    func refusal(_ body: () async throws -> Void) async throws -> StoreError {
        do { try await body() } catch let error as StoreError { return error }
        throw Ignored()
    }
}
