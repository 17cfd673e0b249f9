import Coffer
import Synchronization

/// Works on many objects, some at a time; one failure is reported and does not stop the others.
struct ManyObjects: Sendable {
    /// How many at the same time.
    let limit: Int
    let report: Report

    /// From this size on, in bytes, only ``largeLimit`` objects move at a time: each needs memory for several parts.
    static let largeSize: Int64 = 32 << 20
    private static let largeLimit = 2
    private let large = AsyncSemaphore(ManyObjects.largeLimit)

    init(limit: Int, report: Report) {
        self.limit = max(1, limit)
        self.report = report
    }

    /// Runs the body on each item.
    ///
    /// - Parameters:
    ///   - next: Gives the next item, or nil at the end.
    ///   - size: The size of an item in bytes, where known.
    ///   - body: What is done.
    /// - Throws: What concerns all items (a broken pipe, a missing bucket, no connection); what `next` throws.
    func run<Item: Sendable>(
        _ next: () async throws -> Item?, size: (Item) -> Int64 = { _ in 0 },
        _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while let item = try await next() {
                if running >= limit {
                    try await group.next()
                    running -= 1
                }
                try Task.checkCancellation()
                let isLarge = size(item) >= Self.largeSize
                group.addTask { try await one(item, isLarge, body) }
                running += 1
            }
            try await group.waitForAll()
        }
        // A body that is cancelled may end without an error.
        if Task.isCancelled { throw StoreError.cancelled() }
    }

    private func one<Item: Sendable>(
        _ item: Item, _ isLarge: Bool, _ body: @Sendable (Item) async throws -> Void
    ) async throws {
        if isLarge { try await large.wait() }
        defer { if isLarge { large.signal() } }
        do {
            try await body(item)
            report.terminal.advance(objects: 1)
        } catch let error as StoreError {
            if Self.concernsAll(error) { throw error }
            report.failed(error)
        }
    }

    /// Whether the other objects would fail in the same way.
    private static func concernsAll(_ error: StoreError) -> Bool {
        switch error.code {
        case .bucketNotFound, .unauthenticated, .connectionFailed, .cancelled, .closed, .invalidConfiguration: true
        default: false
        }
    }
}
