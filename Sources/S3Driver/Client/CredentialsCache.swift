import Coffer

/// The credentials of a store: got when the first request needs them, got again ahead of their end by one background
/// task while the others use what they have, and when the service says that they have expired.
///
/// However many requests wait, the source is asked once. A refresh that fails leaves what is still good in use and is
/// tried again later. A child of `fork()` keeps the credentials and forgets the refresh that ran in its parent.
final class CredentialsCache: Sendable {
    /// What a source gave.
    final class Held: Sendable {
        /// nil for requests that are not signed.
        let credentials: Credentials?
        let report: CredentialReport
        let fetched: Timestamp
        /// The region of the machine that the credentials belong to, where it was asked for.
        let region: String?

        init(_ credentials: Credentials?, _ report: CredentialReport, fetched: Timestamp, region: String? = nil) {
            self.credentials = credentials
            self.report = report
            self.fetched = fetched
            self.region = region
        }
    }

    private typealias Outcome = Result<Held, StoreError>

    private struct State {
        var generation = Fork.generation
        var held: Held?
        /// The refresh that runs.
        var flight: UInt64?
        var lastFlight: UInt64 = 0
        var waiters: [UInt64: Resumption<Outcome>] = [:]
        var cancelled: Set<UInt64> = []
        var lastWaiter: UInt64 = 0
        var failures = 0
        var retryAt: Timestamp?
        var failure: StoreError?

        /// Forgets what belongs to another process.
        mutating func enter(_ process: UInt64) {
            guard generation != process else { return }
            generation = process
            flight = nil
            waiters = [:]
            cancelled = []
        }
    }

    private let provider: any CredentialProvider
    private let services: CredentialServices?
    private let findRegion: (@Sendable () async -> String?)?
    private let now: @Sendable () -> Timestamp
    private let state: ForkSafeLock<State>

    /// Makes a cache that knows nothing yet.
    ///
    /// - Parameters:
    ///   - provider: Where credentials come from.
    ///   - services: What is closed with the cache.
    ///   - findRegion: Asks the machine for its region; used if its credentials are.
    ///   - now: The clock.
    init(
        _ provider: any CredentialProvider, services: CredentialServices? = nil,
        findRegion: (@Sendable () async -> String?)? = nil,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.provider = provider
        self.services = services
        self.findRegion = findRegion
        self.now = now
        var first = State()
        // What is known needs no task.
        if let credentials = (provider as? StaticCredentials)?.credentials {
            first.held = Held(
                credentials, provider.report(.credentials(credentials), passed: []), fetched: now())
        }
        state = ForkSafeLock(first)
    }

    /// Where the credentials come from.
    ///
    /// - Throws: As ``get()``.
    func report() async throws(StoreError) -> CredentialReport { try await get().report }

    /// Whether no refresh runs.
    var isIdle: Bool { state.withLock { $0.flight == nil } }

    /// Asks again.
    ///
    /// - Parameter expired: What the service refused.
    /// - Returns: Whether there are others now.
    func refresh(_ expired: Credentials?) async throws(StoreError) -> Bool {
        let process = Fork.generation
        let known = state.withLock { state -> Held? in
            state.enter(process)
            return state.held
        }
        // Another request may have seen to it.
        if let known, known.credentials != expired { return true }
        return try await wait(after: known).get().credentials != expired
    }

    /// Closes what the source asks through.
    func close() async { await services?.close() }

    private enum Step {
        case use(Held)
        case start(UInt64, Held)
        case fail(StoreError)
        case wait
    }

    /// What requests are signed with now.
    ///
    /// - Throws: `unauthenticated` if there is nothing; what the source throws.
    func get() async throws(StoreError) -> Held {
        let (time, process) = (now(), Fork.generation)
        let (seen, step): (Held?, Step) = state.withLock { state in
            state.enter(process)
            return (state.held, Self.step(&state, time))
        }
        switch step {
        case .use(let held): return held
        case .start(let flight, let held):
            launch(flight)
            return held
        case .fail(let error): throw error
        case .wait: break
        }
        switch await wait(after: seen) {
        case .success(let held): return held
        case .failure(let error):
            // What is there may have some seconds left.
            let held = state.withLock { $0.held }
            guard error.code != .cancelled, let held, Self.isUsable(held, now()) else { throw error }
            return held
        }
    }

    /// What a caller does now.
    private static func step(_ state: inout State, _ time: Timestamp) -> Step {
        guard let held = state.held else { return .wait }
        let verdict = RefreshPolicy.verdict(
            expiration: held.credentials?.expiration, fetched: held.fetched, now: time)
        if verdict == .fresh { return .use(held) }
        let mayTry = state.retryAt.map { time >= $0 } ?? true
        if verdict == .endsSoon {
            guard mayTry, state.flight == nil else { return .use(held) }
            return .start(begin(&state), held)
        }
        if mayTry || state.flight != nil { return .wait }
        if let failure = state.failure { return isUsable(held, time) ? .use(held) : .fail(failure) }
        // The source itself has nothing newer: the service decides.
        return .use(held)
    }

    private static func isUsable(_ held: Held, _ time: Timestamp) -> Bool {
        held.credentials?.expiration.map { $0 > time } ?? true
    }

    private static func begin(_ state: inout State) -> UInt64 {
        state.lastFlight += 1
        state.flight = state.lastFlight
        return state.lastFlight
    }

    /// Waits for the refresh that runs, or for one that it starts.
    ///
    /// - Parameter seen: What the caller has found too old: if there is something else meanwhile, that is it.
    private func wait(after seen: Held?) async -> Outcome {
        let process = Fork.generation
        let id = state.withLock { state in
            state.enter(process)
            state.lastWaiter += 1
            return state.lastWaiter
        }
        let outcome = await withTaskCancellationHandler {
            await Resumption<Outcome>.wait { resumption in
                let (outcome, flight): (Outcome?, UInt64?) = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return (.failure(.cancelled()), nil) }
                    if let held = state.held, held !== seen { return (.success(held), nil) }
                    state.waiters[id] = resumption
                    return (nil, state.flight == nil ? Self.begin(&state) : nil)
                }
                if let outcome { resumption.resume(returning: outcome) }
                if let flight { launch(flight) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume(returning: .failure(.cancelled()))
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        return outcome
    }

    /// Gets credentials in the background, so that no request's cancellation ends what others wait for.
    private func launch(_ flight: UInt64) {
        BackgroundTasks.start { [self] in
            let outcome: Outcome
            do throws(StoreError) {
                let (resolution, report) = try await provider.resolveAndReport()
                var credentials: Credentials?
                switch resolution {
                case .credentials(let found): credentials = found
                case .anonymous: break
                case .nothing(let reason):
                    throw StoreError(
                        .unauthenticated,
                        "there are no credentials: \(reason); give access_key_id and secret_access_key, or anonymous=true"
                    )
                }
                let region = report.source == CredentialSource.instance.rawValue ? await findRegion?() : nil
                outcome = .success(Held(credentials, report, fetched: now(), region: region))
            } catch {
                outcome = .failure(error)
            }
            finish(flight, outcome)
        }
    }

    private func finish(_ flight: UInt64, _ outcome: Outcome) {
        let time = now()
        let waiters: [Resumption<Outcome>] = state.withLock { state in
            guard state.flight == flight else { return [] }
            state.flight = nil
            switch outcome {
            case .success(let held):
                state.held = held
                state.failure = nil
                if Self.isUsable(held, time) {
                    state.failures = 0
                    state.retryAt = nil
                } else {
                    state.failures += 1
                    state.retryAt = time.advanced(by: RefreshPolicy.wait(failures: state.failures, isUsable: true))
                }
            case .failure(let error):
                state.failures += 1
                state.failure = error
                let isUsable = state.held.map { Self.isUsable($0, time) } ?? false
                state.retryAt = time.advanced(by: RefreshPolicy.wait(failures: state.failures, isUsable: isUsable))
            }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}
