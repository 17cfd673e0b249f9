/// Adds up what several tasks have transferred and tells a listener: one call at a time, never less than before.
final class ProgressMeter: Sendable {
    private struct State {
        var total: Int64 = 0
        var isTelling = false
    }

    private let state: Lock<State>
    private let listener: Progress?

    /// Makes a meter.
    ///
    /// - Parameters:
    ///   - listener: Who is told; nil for nobody.
    ///   - start: What has been transferred before, in bytes.
    init(_ listener: Progress?, start: Int64 = 0) {
        self.listener = listener
        state = Lock(State(total: start))
    }

    /// What has been transferred so far, in bytes.
    var total: Int64 { state.withLock { $0.total } }

    /// Says that more has been transferred.
    ///
    /// While the listener is being told by one task, the others only add; what they added is told next.
    ///
    /// - Parameter bytes: How much more; negative if a transfer begins anew.
    func add(_ bytes: Int64) {
        guard let listener else {
            state.withLock { $0.total += bytes }
            return
        }
        var next: Int64? = state.withLock { state in
            state.total += bytes
            if state.isTelling { return nil }
            state.isTelling = true
            return state.total
        }
        while let told = next {
            listener.report(told)
            next = state.withLock { state in
                if state.total != told { return state.total }
                state.isTelling = false
                return nil
            }
        }
    }
}
