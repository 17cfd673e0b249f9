import Coffer

/// Who fills a pipe: it can be told that there is room, and to stop.
protocol PipeProducer: AnyObject, Sendable {
    var pipe: BodyPipe { get }
    /// The process that the transfer belongs to.
    var generation: UInt64 { get }
    func resume()
    func cancel()
}

/// The consumer's end of a ``BodyPipe``.
final class PipeStream: FillingByteStream {
    private let producer: any PipeProducer

    init(_ producer: any PipeProducer) { self.producer = producer }

    deinit { cancel() }

    func cancel() {
        // After a fork the transfer is the parent's.
        if producer.generation == Fork.generation { producer.cancel() }
    }

    func next() async throws(StoreError) -> Chunk? {
        try checkProcess()
        while true {
            var resumes = false
            let found = producer.pipe.take(.max, &resumes)
            if resumes { producer.resume() }
            switch found {
            case .chunk(let chunk): return chunk
            case .ended(let result):
                try result.get()
                return nil
            case .nothing: try await wait(UnsafeMutableRawBufferPointer(start: nil, count: 0), wantsAll: false)
            }
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        try await read(buffer, wantsAll: false)
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) async throws(StoreError) -> Int {
        var total = 0
        while total < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[total...])
            do throws(StoreError) {
                let count = try await read(rest, wantsAll: true)
                if count == 0 { break }
                total += count
            } catch {
                // What has come counts; the next call gives the error.
                if total > 0 { break }
                throw error
            }
        }
        return total
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer, wantsAll: Bool) async throws(StoreError) -> Int {
        guard buffer.count > 0 else { return 0 }
        try checkProcess()
        while true {
            var resumes = false
            let found = producer.pipe.take(buffer.count, &resumes)
            if resumes { producer.resume() }
            switch found {
            case .chunk(let chunk):
                chunk.withUnsafeBytes { buffer.copyMemory(from: $0) }
                return chunk.count
            case .ended(let result):
                try result.get()
                return 0
            case .nothing:
                let count = try await wait(buffer, wantsAll: wantsAll)
                if count > 0 { return count }
            }
        }
    }

    @discardableResult
    private func wait(_ buffer: UnsafeMutableRawBufferPointer, wantsAll: Bool) async throws(StoreError) -> Int {
        let producer = producer
        nonisolated(unsafe) let buffer = buffer
        return try await withTaskCancellationHandler {
            await producer.pipe.wait(buffer, wantsAll: wantsAll)
        } onCancel: {
            producer.cancel()
        }.get()
    }

    private func checkProcess() throws(StoreError) {
        guard producer.generation == Fork.generation else { throw inheritedBody() }
    }
}

/// The error of a body that was opened before `fork()`.
func inheritedBody() -> StoreError {
    StoreError(.closed, "this body was opened before fork() and belongs to the parent; open it again in this process")
}
