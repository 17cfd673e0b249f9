/// Growing memory for bytes that are written once and read at once: what a request's text is put together in.
///
/// An array would check uniqueness and bounds for each byte; this reserves once per piece and then writes through a
/// pointer. One owner, no sharing.
struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// The number of bytes written.
    private(set) var count = 0

    /// Makes an empty buffer.
    ///
    /// - Parameter capacity: How many bytes it holds before it has to grow.
    init(capacity: Int) {
        self.capacity = max(capacity, 16)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// The bytes written so far; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// A part of the bytes; valid until the next change. Offsets are clipped to what has been written.
    func bytes(_ from: Int, _ to: Int) -> UnsafeRawBufferPointer {
        let lower = max(0, min(from, count))
        return UnsafeRawBufferPointer(start: start + lower, count: max(lower, min(to, count)) - lower)
    }

    /// Forgets what was written and keeps the memory.
    mutating func removeAll() { count = 0 }

    /// Forgets what was written after the first `n` bytes.
    mutating func truncate(to n: Int) { count = max(0, min(n, count)) }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        start[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ other: UnsafeRawBufferPointer) {
        guard let source = other.baseAddress, other.count > 0 else { return }
        reserve(other.count)
        UnsafeMutableRawPointer(start + count).copyMemory(from: source, byteCount: other.count)
        count &+= other.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    /// Appends a part of another buffer.
    @inline(__always)
    mutating func append(_ other: borrowing ByteBuffer, _ from: Int, _ to: Int) { append(other.bytes(from, to)) }

    /// Appends a number in decimal.
    mutating func append(decimal value: Int) { append(String(value)) }

    /// Appends what the closure writes.
    ///
    /// - Parameters:
    ///   - limit: The most it writes, in bytes.
    ///   - fill: Writes from the pointer on and returns how many bytes it wrote, at most `limit`.
    @inline(__always)
    mutating func append(atMost limit: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(limit)
        count &+= max(0, min(fill(start + count), limit))
    }

    /// The bytes as text; what is not UTF-8 is replaced.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if more > capacity &- count { grow(more) }
    }

    @inline(never)
    private mutating func grow(_ more: Int) {
        let larger = max(capacity * 2, count + more)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        memory.update(from: start, count: count)
        start.deallocate()
        start = memory
        capacity = larger
    }
}
