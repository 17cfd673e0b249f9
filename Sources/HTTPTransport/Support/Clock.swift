import Glibc

/// Nanoseconds of the monotonic clock; the coarse one, exact to a few milliseconds, costs next to nothing.
enum Clock {
    static var coarse: UInt64 { read(CLOCK_MONOTONIC_COARSE) }
    static var precise: UInt64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// Whole nanoseconds, clipped to 0 and about 30 years.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 1_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    /// Whole milliseconds, rounded up, at least 1.
    var milliseconds: Int { Int(max(1, (nanoseconds + 999_999) / 1_000_000)) }
}
