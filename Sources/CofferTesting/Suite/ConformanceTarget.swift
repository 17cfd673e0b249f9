import Coffer

/// What the suite is run on: a way to open stores, and what is known of the service behind them.
public final class ConformanceTarget: Sendable {
    /// The name in reports, for instance `memory` or `s3 (ceph 20)`.
    public let name: String
    /// Known deviations of the service; cases assert them instead of the portable behaviour.
    public let quirks: Set<ConformanceQuirk>
    /// Opens a store on the storage of a given name. The storage is empty at first; opening the same name again, also
    /// while the other store is open, gives a store on the same objects.
    let open: @Sendable (String) async throws -> Store
    /// Throws a storage away after its stores were closed; nil to delete the objects one by one.
    let discard: (@Sendable (String) async throws -> Void)?
    /// Further arguments for `curl`, which uses presigned URLs: `--cacert` and a path.
    let curlArguments: [String]
    let slots: CaseSlots
    let datasets: SharedDatasets

    /// Makes a target.
    ///
    /// - Parameters:
    ///   - name: The name in reports.
    ///   - quirks: Known deviations of the service.
    ///   - concurrency: How many cases run at the same time.
    ///   - curlArguments: Further arguments for `curl`.
    ///   - discard: Throws a storage away.
    ///   - open: Opens a store on the storage of a name of ASCII letters, digits and `-`.
    public init(
        _ name: String, quirks: Set<ConformanceQuirk> = [], concurrency: Int = 4, curlArguments: [String] = [],
        discard: (@Sendable (String) async throws -> Void)? = nil,
        open: @escaping @Sendable (String) async throws -> Store
    ) {
        self.name = name
        self.quirks = quirks
        self.curlArguments = curlArguments
        self.open = open
        self.discard = discard
        slots = CaseSlots(concurrency)
        datasets = SharedDatasets()
    }

    /// A target whose stores see a part each of one storage: the part below `<name of the part>/`.
    ///
    /// - Parameters:
    ///   - name: The name in reports.
    ///   - quirks: Known deviations of the service.
    ///   - concurrency: How many cases run at the same time.
    ///   - curlArguments: Further arguments for `curl`.
    ///   - openWhole: Opens a store on the whole.
    public convenience init(
        _ name: String, quirks: Set<ConformanceQuirk> = [], concurrency: Int = 4, curlArguments: [String] = [],
        openWhole: @escaping @Sendable () async throws -> Store
    ) {
        self.init(name, quirks: quirks, concurrency: concurrency, curlArguments: curlArguments) { part in
            try await openWhole().layered(PrefixLayer(prefix: part + "/"))
        }
    }
}

extension ConformanceTarget: CustomStringConvertible {
    /// The name: what a test runner shows.
    public var description: String { name }
}

/// Lets so many cases run at the same time.
actor CaseSlots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = max(1, count) }

    nonisolated func use(_ body: () async throws -> Void) async throws {
        await take()
        do {
            try await body()
        } catch {
            await give()
            throw error
        }
        await give()
    }

    private func take() async {
        if free > 0 {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func give() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// Sets of objects that many cases read and none changes: written once for each target.
actor SharedDatasets {
    private var tasks: [String: Task<Store, any Error>] = [:]

    func store(
        _ name: String, _ make: @escaping @Sendable (String) async throws -> Store
    ) async throws -> Store {
        if let task = tasks[name] { return try await task.value }
        let task = Task { try await make(name) }
        tasks[name] = task
        return try await task.value
    }
}
