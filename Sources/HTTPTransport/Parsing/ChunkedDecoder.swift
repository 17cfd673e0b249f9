import Coffer

/// Takes the chunked transfer coding apart (RFC 9112, section 7.1); trailers are read and dropped.
struct ChunkedDecoder: Sendable {
    /// What one step found.
    enum Step: Equatable {
        /// So many bytes of data follow in the input; at most what the input has and the caller wanted.
        case data(Int)
        /// The input is used up.
        case needsMore
        /// The body has ended.
        case ended
    }

    private enum State {
        case size(digits: Int)
        case sizeExtension
        case data
        case dataEnd
        case trailer(lineCount: Int)
        case ended
    }

    /// The most bytes of one chunk extension, and of all trailers.
    private static let lineLimit = 16 << 10

    private var state = State.size(digits: 0)
    private var left: UInt64 = 0
    private var framing = 0

    /// Whether the last chunk and its trailers have been seen.
    var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Whether what comes next is framing.
    var isBetweenChunks: Bool { if case .data = state { false } else { true } }

    /// Consumes framing up to the next data.
    ///
    /// - Parameters:
    ///   - input: What has come.
    ///   - offset: Where to begin; moved behind what was consumed. The data of `.data` begins there and is not
    ///     consumed by this call: say so with ``consumed(_:)``.
    ///   - wanted: The most bytes of data to report, at least 1.
    /// - Throws: `invalidResponse`.
    mutating func step(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int, wanted: Int
    ) throws(StoreError) -> Step {
        while true {
            if case .ended = state { return .ended }
            if case .data = state {
                let available = min(input.count - offset, wanted)
                if available <= 0 { return .needsMore }
                return .data(left < UInt64(available) ? Int(left) : available)
            }
            guard offset < input.count else { return .needsMore }
            let byte = input[offset]
            offset += 1
            try take(byte)
        }
    }

    /// Says that data has been taken.
    mutating func consumed(_ count: Int) {
        left -= min(left, UInt64(count))
        if left == 0 { state = .dataEnd }
    }

    private mutating func take(_ byte: UInt8) throws(StoreError) {
        switch state {
        case .size(let digits):
            if let value = hex(byte) {
                guard digits < 15 else { throw malformed("a chunk is too large") }
                left = left << 4 | value
                state = .size(digits: digits + 1)
            } else if digits == 0 {
                throw malformed("a chunk has no size")
            } else if byte == 0x0A {
                sizeEnded()
            } else if byte == 0x3B || byte == 0x20 || byte == 0x09 || byte == 0x0D {
                state = .sizeExtension
            } else {
                throw malformed("a chunk's size is not a number")
            }
        case .sizeExtension:
            try count()
            if byte == 0x0A { sizeEnded() }
        case .dataEnd:
            if byte == 0x0A {
                state = .size(digits: 0)
                left = 0
            } else if byte != 0x0D {
                throw malformed("a chunk is longer than it says")
            }
        case .trailer(let lineCount):
            try count()
            if byte == 0x0A {
                state = lineCount == 0 ? .ended : .trailer(lineCount: 0)
            } else if byte != 0x0D {
                state = .trailer(lineCount: lineCount + 1)
            }
        case .data, .ended: break
        }
    }

    private mutating func sizeEnded() {
        framing = 0
        state = left == 0 ? .trailer(lineCount: 0) : .data
    }

    private mutating func count() throws(StoreError) {
        framing += 1
        if framing > Self.lineLimit { throw malformed("its chunk extensions or trailers are too long") }
    }

    private func hex(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x41 + 10)
        case 0x61...0x66: UInt64(byte - 0x61 + 10)
        default: nil
        }
    }
}
