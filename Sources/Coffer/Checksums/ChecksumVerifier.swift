/// Compares the bytes of a read with the object's checksum: what a driver gives in ``ReadResponse/verifier``.
///
/// ``Store`` feeds it, outside of all layers, so that a body which was resumed after a break is checked as a whole.
/// One user at a time.
public protocol ChecksumVerifier: AnyObject, Sendable {
    /// Takes the next bytes, in order.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: `checksumMismatch` as soon as that is certain.
    func update(_ bytes: UnsafeRawBufferPointer) throws(StoreError)

    /// Compares, after the last byte.
    ///
    /// - Throws: `checksumMismatch` if the bytes are not those that were stored.
    func finish() throws(StoreError)
}

/// A stream whose last bytes are handed out only if all of them were right.
final class VerifyingStream: ByteStream {
    private struct State {
        /// Bytes still to come.
        var left: Int64
        var failure: StoreError?
    }

    private let stream: any ByteStream
    private let verifier: any ChecksumVerifier
    private let state: Lock<State>

    init(_ stream: any ByteStream, _ verifier: any ChecksumVerifier, count: Int64) {
        self.stream = stream
        self.verifier = verifier
        state = Lock(State(left: count))
    }

    func next() async throws(StoreError) -> Chunk? {
        try rethrow()
        guard let chunk = try await stream.next() else { return nil }
        try chunk.withUnsafeBytes { bytes throws(StoreError) in try check(bytes) }
        return chunk
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        try rethrow()
        let count = try await stream.read(into: buffer)
        if count > 0 { try check(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        return count
    }

    func cancel() { stream.cancel() }

    private func rethrow() throws(StoreError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    private func check(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        let left = state.withLock { state in
            state.left -= Int64(bytes.count)
            return state.left
        }
        do throws(StoreError) {
            try verifier.update(bytes)
            if left == 0 { try verifier.finish() }
        } catch {
            state.withLock { $0.failure = error }
            stream.cancel()
            throw error
        }
    }
}

extension ReadResponse {
    /// The response with a stream that compares.
    func verifying() -> ReadResponse {
        guard let verifier, !range.isEmpty else { return self }
        var response = self
        response.stream = VerifyingStream(stream, verifier, count: range.upperBound - range.lowerBound)
        return response
    }
}
