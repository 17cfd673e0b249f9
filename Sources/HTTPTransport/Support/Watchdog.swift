import Coffer

/// Notices that a transfer does not get on: no first byte in time, or a throughput below the floor.
struct Watchdog: Sendable {
    /// What a transfer is waiting for.
    enum Phase: Equatable {
        /// Nothing that is timed here: a connection, or the caller.
        case idle
        /// The network takes the request's body.
        case sending
        /// The server thinks.
        case awaitingHead
        /// The network brings the response's body.
        case receiving
    }

    /// What went wrong.
    enum Verdict: Equatable {
        case fine
        case noFirstByte
        case stalled
    }

    private var phase = Phase.idle
    /// What was timed last: a wait for the caller in between only stops the clock.
    private var timed = Phase.idle
    private var since: UInt64 = 0
    private var waited: UInt64 = 0
    private var bytesThen: Int64 = 0

    /// Notes what the transfer is waiting for now.
    ///
    /// - Parameters:
    ///   - phase: What it waits for.
    ///   - bytes: How many bytes of body have gone or come so far.
    ///   - now: The time, in nanoseconds.
    mutating func enter(_ phase: Phase, bytes: Int64, now: UInt64) {
        guard phase != self.phase else { return }
        if phase == .idle {
            waited += elapsed(now)
        } else {
            if phase != timed {
                waited = 0
                bytesThen = bytes
                timed = phase
            }
            since = now
        }
        self.phase = phase
    }

    private func elapsed(_ now: UInt64) -> UInt64 { now > since ? now - since : 0 }

    /// Judges the time spent waiting since the phase, or the last full period of it, began.
    ///
    /// - Parameters:
    ///   - bytes: How many bytes of body have gone or come so far.
    ///   - now: The time, in nanoseconds.
    ///   - limits: How long is too long.
    mutating func check(bytes: Int64, now: UInt64, _ limits: Limits) -> Verdict {
        let waited = waited + elapsed(now)
        switch phase {
        case .idle: return .fine
        case .awaitingHead: return waited > limits.firstByte ? .noFirstByte : .fine
        case .sending, .receiving:
            guard waited > limits.stall else { return .fine }
            let least = Double(limits.bytesPerSecond) * Double(limits.stall) / 1e9
            if Double(bytes - bytesThen) < least { return .stalled }
            self.waited = 0
            since = now
            bytesThen = bytes
            return .fine
        }
    }

    /// The limits, taken from the configuration.
    struct Limits: Sendable {
        let firstByte: UInt64
        let stall: UInt64
        let bytesPerSecond: Int
        /// How long an idle connection is used again.
        let idle: UInt64
        /// How often to look, in nanoseconds.
        let tick: UInt64

        init(_ configuration: HTTPTransportConfiguration) {
            firstByte = configuration.firstByteTimeout.nanoseconds
            stall = configuration.stallTimeout.nanoseconds
            bytesPerSecond = configuration.stallBytesPerSecond
            idle = configuration.idleTimeout.nanoseconds
            let connect = configuration.connectTimeout.nanoseconds
            tick = max(10_000_000, min(min(firstByte, stall, connect) / 8, 250_000_000))
        }

        /// The error of a verdict.
        func error(_ verdict: Verdict, _ origin: HTTPOrigin) -> StoreError {
            let text =
                verdict == .noFirstByte
                ? "\(origin.endpoint) sent no answer within \(Double(firstByte) / 1e9) s; "
                    + "raise firstByteTimeout if it needs longer"
                : "the transfer with \(origin.endpoint) moved less than \(bytesPerSecond) bytes per second for "
                    + "\(Double(stall) / 1e9) s; raise stallTimeout if the network is that slow"
            return StoreError(.timeout, text, isRetryable: true)
        }
    }
}
