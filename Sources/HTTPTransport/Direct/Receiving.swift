import Coffer
import Glibc

/// The response that is coming in, and where its bytes go.
struct Receiving {
    /// Memory for heads and for the framing of chunked bodies; grows with a head up to its limit.
    private(set) var buffer: UnsafeMutableRawPointer?
    private(set) var capacity = 0
    /// What is in it and not used yet.
    var start = 0
    var end = 0
    /// How much of a head has been looked at.
    var searched = 0

    var head: ResponseHead?
    var framing = BodyFraming.none
    var decoder = ChunkedDecoder()
    /// What is left of a body with a known length.
    var left: Int64 = 0
    /// Bytes of the body that have come.
    var received: Int64 = 0
    /// Whether the body has come to its end.
    var isEnded = false
    /// Whether any byte of an answer has come.
    var hasBegun = false
    /// How many heads of status 1xx have come.
    var interims = 0

    /// The most bytes to collect before the caller gets the response.
    var collectLimit = 0
    /// What has been collected.
    private(set) var collected: UnsafeMutableRawPointer?
    private var collectedCapacity = 0
    private(set) var collectedCount = 0
    var isCollecting = false

    /// Where a read puts the bytes.
    var target = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var filled = 0
    var wantsAll = false

    /// What is in the buffer.
    var pending: UnsafeRawBufferPointer {
        guard let buffer else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: UnsafeRawPointer(buffer) + start, count: end - start)
    }

    mutating func release() {
        free(buffer)
        free(collected)
        buffer = nil
        collected = nil
        capacity = 0
        start = 0
        end = 0
    }

    /// Begins with a response.
    mutating func begin(collectLimit: Int?) {
        head = nil
        framing = .none
        decoder = ChunkedDecoder()
        left = 0
        received = 0
        isEnded = false
        hasBegun = false
        interims = 0
        searched = 0
        self.collectLimit = collectLimit ?? 0
        isCollecting = false
        discardCollected()
    }

    /// Room at the end of the buffer; moves and grows what is there if need be.
    ///
    /// - Returns: At least 1 byte; none if the buffer has reached its limit.
    mutating func room() -> UnsafeMutableRawBufferPointer {
        if start == end {
            start = 0
            end = 0
        }
        if buffer == nil {
            capacity = 16 << 10
            buffer = malloc(capacity)
        }
        if end == capacity, let old = buffer {
            if start > 0 {
                memmove(old, old + start, end - start)
                end -= start
                start = 0
            } else if capacity < ResponseHead.limit, let larger = realloc(old, capacity * 2) {
                buffer = larger
                capacity *= 2
            }
        }
        guard let buffer else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end)
    }

    // MARK: Collecting

    /// Makes room for so many collected bytes.
    mutating func reserveCollected(_ count: Int) -> Bool {
        if count <= collectedCapacity { return true }
        guard let memory = realloc(collected, max(1, count)) else { return false }
        collected = memory
        collectedCapacity = count
        return true
    }

    /// Where the next collected bytes go.
    var collectedRoom: UnsafeMutableRawBufferPointer {
        guard let collected else { return UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return UnsafeMutableRawBufferPointer(
            start: collected + collectedCount, count: collectedCapacity - collectedCount)
    }

    mutating func addCollected(_ count: Int) { collectedCount += count }

    /// Hands over what has been collected.
    mutating func takeCollected() -> Chunk {
        guard let collected, collectedCount > 0 else {
            discardCollected()
            return Chunk()
        }
        nonisolated(unsafe) let memory = collected
        let chunk = Chunk(borrowing: UnsafeRawBufferPointer(start: memory, count: collectedCount)) { free(memory) }
        self.collected = nil
        collectedCapacity = 0
        collectedCount = 0
        return chunk
    }

    private mutating func discardCollected() {
        free(collected)
        collected = nil
        collectedCapacity = 0
        collectedCount = 0
    }
}
