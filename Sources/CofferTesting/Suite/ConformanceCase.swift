import Coffer

/// One behaviour that every driver must have: a name, what it needs, and a function that throws if it is missing.
public struct ConformanceCase: Sendable {
    /// What a case is about.
    public enum Area: String, Sendable, Hashable, CaseIterable {
        /// Writing whole objects.
        case write
        /// Writing streams and parts.
        case writer
        /// Reading.
        case read
        /// Asking for metadata.
        case stat
        /// Listing.
        case list
        /// Deleting.
        case delete
        /// Copying and moving.
        case copy
        /// Tags of objects.
        case tags
        /// Older versions of objects.
        case versions
        /// Presigned requests.
        case presign
        /// Many tasks at once, the store's life, keys at the limit.
        case store
    }

    /// The name, unique in the suite, for instance `write.createOnly`.
    public let name: String
    /// What it is about.
    public let area: Area
    /// What the driver has to claim; without it the case asserts that the verbs throw `unsupported`.
    public let requires: Capabilities.Features
    /// The longest that it may take; a case that hangs fails.
    public let timeLimit: Duration
    /// Carries the case out. ``run(on:)`` is what a test calls.
    public let body: @Sendable (ConformanceContext) async throws -> Void

    /// Makes a case.
    ///
    /// - Parameters:
    ///   - area: What it is about.
    ///   - name: The rest of the name.
    ///   - requires: What the driver has to claim.
    ///   - timeLimit: The longest that it may take.
    ///   - body: Throws if the behaviour is missing.
    public init(
        _ area: Area, _ name: String, requires: Capabilities.Features = [], timeLimit: Duration = .seconds(300),
        _ body: @escaping @Sendable (ConformanceContext) async throws -> Void
    ) {
        self.area = area
        self.name = "\(area.rawValue).\(name)"
        self.requires = requires
        self.timeLimit = timeLimit
        self.body = body
    }
}

extension ConformanceCase: CustomStringConvertible {
    /// The name: what a test runner shows.
    public var description: String { name }
}

extension ConformanceCase {
    /// Runs the case on a store of its own and cleans up.
    ///
    /// If the driver does not claim what the case requires, the case must end with `unsupported`: an option that is
    /// ignored in silence fails it. Afterwards no upload may be open.
    ///
    /// - Parameter target: What is tested.
    /// - Throws: ``ConformanceFailure``, or the error of the store.
    public func run(on target: ConformanceTarget) async throws {
        try await target.slots.use { try await runNow(on: target) }
    }

    private func runNow(on target: ConformanceTarget) async throws {
        let started = ContinuousClock.now
        let context = try await ConformanceContext(target, case: name)
        var failure: (any Error)?
        let isSupported = context.store.capabilities.features.isSuperset(of: requires)
        do {
            try await limited { try await isSupported ? body(context) : expectUnsupported(context) }
            try await context.checkNothingLeftOpen()
        } catch {
            failure = error
        }
        await context.cleanUp()
        ConformanceReport.shared.record(
            target: target.name, case: name,
            failure == nil ? (isSupported ? .passed : .unsupported) : .failed, started.duration(to: .now),
            failure: failure)
        if let failure { throw failure }
    }

    private func expectUnsupported(_ context: ConformanceContext) async throws {
        do {
            try await body(context)
        } catch let error as StoreError where error.code == .unsupported {
            return
        }
        throw ConformanceFailure(
            "the driver does not claim what the case needs, yet no verb threw 'unsupported'", expected: "unsupported",
            actual: "success")
    }

    private func limited(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let limit = timeLimit
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: work)
            group.addTask {
                try await Sleeper.sleep(for: limit)
                throw ConformanceFailure("it did not end", expected: "an end within \(limit)", actual: "still running")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
