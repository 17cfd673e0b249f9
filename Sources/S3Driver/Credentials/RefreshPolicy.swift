import Coffer

/// When credentials are got again: pure rules, no clock of their own.
enum RefreshPolicy {
    /// What to do with credentials that are there.
    enum Verdict: Hashable {
        /// Use them.
        case fresh
        /// Use them, and let somebody get new ones meanwhile.
        case endsSoon
        /// Wait for new ones.
        case ended
    }

    /// From this remaining time on new ones are got, in seconds, if they live long enough. Source: botocore.
    private static let window: Int64 = 900
    /// Requests take time to arrive: what is left must be longer than this, in seconds.
    private static let margin: Int64 = 30

    /// Judges credentials.
    ///
    /// - Parameters:
    ///   - expiration: When they end; nil for never.
    ///   - fetched: When they were got: of a short life only the last quarter counts as soon, the last twentieth as ended.
    ///   - now: The time.
    static func verdict(expiration: Timestamp?, fetched: Timestamp, now: Timestamp) -> Verdict {
        guard let expiration else { return .fresh }
        let life = max(0, expiration.seconds - fetched.seconds)
        let rest = expiration.seconds - now.seconds
        if rest <= min(margin, life / 20) { return .ended }
        return rest <= min(window, life / 4) ? .endsSoon : .fresh
    }

    /// How long to wait after failures, in seconds: 1, 2, 4 … with a fifth of chance in it.
    ///
    /// - Parameters:
    ///   - failures: How many there were in a row, at least 1.
    ///   - isUsable: Whether there are credentials to go on with: then up to five minutes, else up to five seconds.
    static func wait(failures: Int, isUsable: Bool) -> Duration {
        let most: Int64 = isUsable ? 300_000 : 5_000
        let milliseconds = min(most, 1000 << Int64(min(max(failures, 1) - 1, 16)))
        return .milliseconds(milliseconds - Int64.random(in: 0...(milliseconds / 5)))
    }
}
