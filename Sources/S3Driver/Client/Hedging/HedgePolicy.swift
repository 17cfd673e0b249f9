import Coffer

/// When a read whose answer does not come is sent a second time.
struct HedgePolicy: Sendable, Hashable {
    /// What is waited for.
    enum Delay: Sendable, Hashable {
        /// So long.
        case fixed(Duration)
        /// As long as so many percent of the recent reads took.
        case percentile(Int)
    }

    /// What is waited for.
    var delay: Delay
    /// The most that is sent beside what was asked for, as a share of it: a service that is slow as a whole must not be
    /// asked for twice as much.
    var budget = 0.05

    /// Makes a policy.
    ///
    /// - Parameter delay: What is waited for.
    init(_ delay: Delay) { self.delay = delay }

    /// Reads `hedge_after` and `hedge_percentile`; nil if neither is set.
    ///
    /// - Throws: `invalidConfiguration` if both are.
    init?(_ configuration: Configuration) throws(StoreError) {
        let fixed = configuration.duration("hedge_after") ?? .zero
        let percentile = Int(configuration.integer("hedge_percentile") ?? 0)
        if fixed > .zero, percentile > 0 {
            throw configuration.fault(
                "hedge_after", "it and hedge_percentile exclude each other; leave one of them out")
        }
        if fixed > .zero {
            self.init(.fixed(fixed))
        } else if percentile > 0 {
            self.init(.percentile(percentile))
        } else {
            return nil
        }
    }
}
