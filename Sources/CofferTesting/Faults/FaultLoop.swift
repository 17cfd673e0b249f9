import Coffer

/// Runs a piece of work with the first call failing, then the second, and so on, until it runs without a fault: every
/// way out of the work has been taken then. Source: how SQLite tests its error paths.
public enum FaultLoop {
    /// Runs the loop.
    ///
    /// - Parameters:
    ///   - isPersistent: Whether all later calls fail too.
    ///   - limit: The most runs; more says that the work never gets through.
    ///   - effect: How a call fails.
    ///   - work: Gets a plan for a ``FaultLayer`` of its own in each run; throws only ``ConformanceFailure`` and the
    ///     like if something is wrong, and copes with the store's errors.
    /// - Returns: How many calls the work made, that is, how many faults were tried.
    @discardableResult
    public static func run(
        isPersistent: Bool = false, limit: Int = 1000, effect: Fault.Effect = .fail(.permanent()),
        _ work: (FaultPlan) async throws -> Void
    ) async throws -> Int {
        for call in 1...limit {
            let plan = FaultPlan([Fault(at: call, isPersistent: isPersistent, effect)])
            try await work(plan)
            if plan.injected == 0 { return call - 1 }
        }
        throw ConformanceFailure(
            "the loop over faults", expected: "a run without a fault within \(limit) runs", actual: "none")
    }
}
