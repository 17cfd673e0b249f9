import Glibc

/// A point in time: seconds and nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Whole seconds since the epoch; negative before it.
    public let seconds: Int64
    /// 0 to 999,999,999.
    public let nanoseconds: Int32

    /// Makes a time.
    ///
    /// - Parameters:
    ///   - seconds: Seconds since the epoch.
    ///   - nanoseconds: 0 to 999,999,999; clamped.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = max(0, min(nanoseconds, 999_999_999))
    }

    /// The system's time.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }

    /// Seconds since the epoch, as a floating-point number (Foundation's `Date(timeIntervalSince1970:)` takes it).
    public var timeIntervalSince1970: Double { Double(seconds) + Double(nanoseconds) / 1e9 }

    /// The time so much later.
    ///
    /// - Parameter duration: May be negative.
    public func advanced(by duration: Duration) -> Timestamp {
        let (whole, attoseconds) = duration.components
        var nanos = Int64(nanoseconds) + attoseconds / 1_000_000_000
        var secs = seconds &+ whole
        if nanos >= 1_000_000_000 {
            nanos -= 1_000_000_000
            secs &+= 1
        } else if nanos < 0 {
            nanos += 1_000_000_000
            secs &-= 1
        }
        return Timestamp(seconds: secs, nanoseconds: Int32(nanos))
    }

    /// Whether `a` is earlier.
    public static func < (a: Timestamp, b: Timestamp) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }
}
