import CCofferSupport

/// A task that waits for another thread to let it go on, once.
///
/// An `UnsafeContinuation` that the thread sanitizer understands: Swift's runtime is not instrumented, so where the
/// resuming thread comes before the task has suspended, the sanitizer misses that one happens before the other.
package struct Resumption<Value: Sendable>: Sendable {
    @usableFromInline let continuation: UnsafeContinuation<Value, Never>

    @usableFromInline init(_ continuation: UnsafeContinuation<Value, Never>) { self.continuation = continuation }

    /// One word, so its bits tell it from all others that wait.
    @usableFromInline var identity: UInt { unsafeBitCast(continuation, to: UInt.self) }

    /// Lets the task go on; must be called exactly once.
    ///
    /// - Parameter value: What ``wait(_:)`` returns.
    @inlinable package func resume(returning value: Value) {
        Sanitizer.release(identity)
        continuation.resume(returning: value)
    }

    /// Suspends the task until it is resumed.
    ///
    /// - Parameter body: Hands the resumption to whoever resumes it; runs at once, in this thread.
    /// - Returns: What it was resumed with.
    @inlinable package static func wait(_ body: (Resumption<Value>) -> Void) async -> Value {
        var identity: UInt = 0
        let value = await withUnsafeContinuation { (continuation: UnsafeContinuation<Value, Never>) in
            let resumption = Resumption(continuation)
            identity = resumption.identity
            body(resumption)
        }
        Sanitizer.acquire(identity)
        return value
    }
}

extension Resumption where Value == Void {
    /// Lets the task go on; must be called exactly once.
    @inlinable package func resume() { resume(returning: ()) }
}

/// What is told to the thread sanitizer; nothing where there is none.
@usableFromInline enum Sanitizer {
    /// All that this thread did before happens before what follows an ``acquire(_:)`` of the same number.
    @usableFromInline static func release(_ number: UInt) { coffer_sanitizer_release(number) }

    /// The other side of ``release(_:)``.
    @usableFromInline static func acquire(_ number: UInt) { coffer_sanitizer_acquire(number) }
}
