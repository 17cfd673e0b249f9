/// The bytes of a request whose size is known and which can be sent again: pieces of memory and of files.
///
/// This is what ``Driver/put(_:_:_:)`` and ``MultipartDriver/uploadPart(_:number:_:)`` receive; ``Body`` is what a
/// caller gives.
public struct Payload: Sendable {
    /// One piece.
    public enum Segment: Sendable {
        /// Bytes in memory.
        case chunk(Chunk)
        /// A part of a file, read when it is sent.
        case file(FileRegion)

        /// The piece's length in bytes.
        public var count: Int64 {
            switch self {
            case .chunk(let chunk): Int64(chunk.count)
            case .file(let region): region.count
            }
        }
    }

    /// The pieces, in order.
    public private(set) var segments: [Segment]
    /// The sum of their lengths, in bytes.
    public private(set) var count: Int64

    /// Makes an empty payload.
    public init() {
        segments = []
        count = 0
    }

    /// Makes a payload of one chunk.
    ///
    /// - Parameter chunk: The bytes.
    public init(_ chunk: Chunk) {
        segments = chunk.isEmpty ? [] : [.chunk(chunk)]
        count = Int64(chunk.count)
    }

    /// Makes a payload of chunks in order.
    ///
    /// - Parameter chunks: The pieces.
    public init(_ chunks: [Chunk]) {
        self.init()
        for chunk in chunks { append(chunk) }
    }

    /// Makes a payload of a part of a file.
    ///
    /// - Parameter region: The part.
    public init(_ region: FileRegion) {
        segments = region.count == 0 ? [] : [.file(region)]
        count = region.count
    }

    /// Adds a chunk at the end.
    ///
    /// - Parameter chunk: The bytes.
    public mutating func append(_ chunk: Chunk) {
        guard !chunk.isEmpty else { return }
        segments.append(.chunk(chunk))
        count += Int64(chunk.count)
    }

    /// Adds a part of a file at the end.
    ///
    /// - Parameter region: The part.
    public mutating func append(_ region: FileRegion) {
        guard region.count > 0 else { return }
        segments.append(.file(region))
        count += region.count
    }

    /// A payload that may be kept: pieces of memory that is only lent are copied.
    public func owned() -> Payload {
        let isLent = segments.contains { if case .chunk(let chunk) = $0 { chunk.isLent } else { false } }
        guard isLent else { return self }
        var result = self
        result.segments = segments.map { if case .chunk(let chunk) = $0 { .chunk(chunk.owned()) } else { $0 } }
        return result
    }

    /// Whether there are no bytes.
    public var isEmpty: Bool { count == 0 }

    /// The single chunk, if the payload is in memory and in one piece (or empty).
    public var singleChunk: Chunk? {
        if segments.isEmpty { return Chunk() }
        if segments.count == 1, case .chunk(let chunk) = segments[0] { return chunk }
        return nil
    }

    /// A part of this payload that shares its memory and files.
    ///
    /// - Parameter range: Offsets in bytes; clipped to the payload.
    public func slice(_ range: Range<Int64>) -> Payload {
        var result = Payload()
        var offset: Int64 = 0
        for segment in segments {
            let lower = max(range.lowerBound - offset, 0)
            let upper = min(range.upperBound - offset, segment.count)
            if lower < upper {
                switch segment {
                case .chunk(let chunk): result.append(chunk.slice(Int(lower)..<Int(upper)))
                case .file(let region):
                    result.segments.append(.file(region.slice(lower..<upper)))
                    result.count += upper - lower
                }
            }
            offset += segment.count
        }
        return result
    }

    /// Copies bytes out; blocks the thread where a file has to be read.
    ///
    /// - Parameters:
    ///   - buffer: Where they go.
    ///   - position: The offset of the first one.
    /// - Returns: The number of bytes copied; 0 at the end.
    /// - Throws: `io` if a file cannot be read.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws(StoreError) -> Int {
        var offset: Int64 = 0
        for segment in segments {
            if position < offset + segment.count {
                let inside = position - offset
                switch segment {
                case .chunk(let chunk):
                    return chunk.withUnsafeBytes { bytes in
                        let part = bytes[Int(inside)..<min(bytes.count, Int(inside) + buffer.count)]
                        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                        return part.count
                    }
                case .file(let region):
                    return try region.read(into: buffer, at: inside)
                }
            }
            offset += segment.count
        }
        return 0
    }
}
