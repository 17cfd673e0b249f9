/// A part of an object. Source: RFC 9110, section 14.
public enum ByteRange: Sendable, Hashable {
    /// From the first offset up to, not including, the second; what lies beyond the end is left out.
    case bounded(Range<Int64>)
    /// From an offset to the end.
    case from(Int64)
    /// The last so many bytes; the whole object if it is shorter.
    case suffix(Int64)

    /// The offsets in an object of a given size.
    ///
    /// - Parameter size: The object's size in bytes.
    /// - Returns: The offsets, clipped to the object; may be empty only for an empty range at or before the end.
    /// - Throws: `rangeNotSatisfiable` if the range begins beyond the end (at the end too, unless it is empty).
    public func resolve(size: Int64) throws(StoreError) -> Range<Int64> {
        switch self {
        case .bounded(let range):
            if range.lowerBound < size { return range.lowerBound..<min(range.upperBound, size) }
            if range.isEmpty && range.lowerBound == size { return size..<size }
        case .from(let start):
            if start < size { return start..<size }
            if start == 0 { return 0..<0 }
        case .suffix(let length):
            if length > 0 || size == 0 { return max(0, size - length)..<size }
            return size..<size
        }
        throw StoreError(
            .rangeNotSatisfiable, "the range \(self) begins at or beyond the end of an object of \(size) bytes")
    }

    func validate() throws(StoreError) {
        let isNegative =
            switch self {
            case .bounded(let range): range.lowerBound < 0
            case .from(let start): start < 0
            case .suffix(let length): length < 0
            }
        if isNegative { throw StoreError(.invalidArgument, "the range \(self) is negative") }
    }
}

extension ByteRange: CustomStringConvertible {
    /// The range as HTTP writes it, for instance `bytes=0-99`.
    public var description: String {
        switch self {
        case .bounded(let range):
            range.isEmpty ? "bytes=\(range.lowerBound)-(empty)" : "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        case .from(let start): "bytes=\(start)-"
        case .suffix(let length): "bytes=-\(length)"
        }
    }
}
