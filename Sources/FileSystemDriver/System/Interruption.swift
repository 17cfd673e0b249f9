import Coffer
import Synchronization

/// Tells a body on a pool thread that its task has been cancelled.
final class Interruption: Sendable {
    private let isRequested = Atomic(false)

    /// Asks the body to end.
    func request() { isRequested.store(true, ordering: .relaxed) }

    /// Ends the body if that was asked for.
    ///
    /// - Throws: `cancelled`.
    func check() throws(StoreError) {
        if isRequested.load(ordering: .relaxed) { throw .cancelled() }
    }
}
