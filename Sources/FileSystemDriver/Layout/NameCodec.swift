/// How a segment of a key (what lies between slashes) is spelled as a file name, and back.
///
/// Nearly every segment is its own file name. Names that begin with `.coffer` belong to this driver; a segment that
/// begins so, is empty or has more than 255 bytes is escaped with them. See docs/file-system-layout.md.
enum NameCodec {
    /// What begins all names of our own, and the control directory below the root.
    static let reserved = Array(".coffer".utf8)
    /// The empty segment, as in `a//b` and `a/`.
    static let empty = Array(".coffer.empty".utf8)
    /// The object whose key is the directory's own name: `a`, where `a/b` exists too.
    static let ownObject = Array(".coffer.self".utf8)
    /// Begins a segment that is spelled literally behind it; the end of a long one too.
    static let literal = Array(".coffer.=".utf8)
    /// Begins a directory that holds what follows in a long segment.
    static let part = Array(".coffer.+".utf8)
    /// Begins the temporary files and directories of writers.
    static let temporary = Array(".coffer.tmp.".utf8)
    /// The longest file name in bytes. Source: `NAME_MAX` of Linux.
    static let maxName = 255
    /// How many bytes of a segment fit behind `literal` or `part`.
    static let maxPiece = maxName - 9

    /// Whether a segment or file name begins with `.coffer`.
    @inline(__always)
    static func isReserved(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count >= 7 && name[0] == UInt8(ascii: ".") && name.starts(with: reserved)
    }

    /// Adds the file name of a segment; a long one becomes several names with slashes between them.
    ///
    /// - Parameters:
    ///   - segment: The bytes between two slashes of a key.
    ///   - path: Where the name goes.
    static func append(_ segment: UnsafeRawBufferPointer, to path: inout [UInt8]) {
        if segment.isEmpty {
            path.append(contentsOf: empty)
        } else if segment.count <= maxName && !isReserved(segment) {
            path.append(contentsOf: segment)
        } else {
            var rest = segment[...]
            while rest.count > maxPiece {
                let cut = cutPoint(rest)
                path.append(contentsOf: part)
                path.append(contentsOf: rest[..<cut])
                path.append(UInt8(ascii: "/"))
                rest = rest[cut...]
            }
            path.append(contentsOf: literal)
            path.append(contentsOf: rest)
        }
    }

    /// Where a long segment is cut: between two characters, as some file systems refuse names that are not UTF-8.
    private static func cutPoint(_ rest: Slice<UnsafeRawBufferPointer>) -> Int {
        var cut = rest.startIndex + maxPiece
        while cut > rest.startIndex + maxPiece - 4 && rest[cut] & 0xC0 == 0x80 { cut -= 1 }
        return cut
    }

    /// What a file name stands for.
    enum Meaning: Equatable {
        /// A whole segment.
        case segment
        /// A whole segment, which `decoded` holds.
        case escaped
        /// The beginning of a long segment, which `decoded` holds; a directory with the rest.
        case part
        /// The object named like the directory.
        case ownObject
        /// A temporary file or directory.
        case temporary
        /// Nothing of ours and nothing that a key could be.
        case other
    }

    /// Reads a file name.
    ///
    /// - Parameters:
    ///   - name: The file name.
    ///   - pieces: The pieces of a long segment whose rest this directory holds; empty outside of one.
    ///   - decoded: Gets the segment, or its beginning, where the name is an escaped one.
    static func read(
        _ name: UnsafeRawBufferPointer, after pieces: [UInt8], decoded: inout [UInt8]
    ) -> Meaning {
        if !isReserved(name) { return pieces.isEmpty ? .segment : .other }
        let isLiteral = name.count > literal.count && name.starts(with: literal)
        let isPart = name.count > part.count && name.starts(with: part)
        if isLiteral || isPart {
            decoded = pieces
            decoded.append(contentsOf: UnsafeRawBufferPointer(rebasing: name[literal.count...]))
            return isPart ? .part : .escaped
        }
        if name.starts(with: temporary) { return .temporary }
        if !pieces.isEmpty { return .other }
        if name.elementsEqual(empty) {
            decoded = []
            return .escaped
        }
        return name.elementsEqual(ownObject) ? .ownObject : .other
    }
}
