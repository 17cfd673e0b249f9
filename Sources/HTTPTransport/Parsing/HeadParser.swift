import Coffer
import Glibc

/// Reads a response's head (RFC 9112, sections 4 and 5): pure functions on bytes, no sockets.
enum HeadParser {
    /// Where the head ends: the offset behind its empty line, or nil if that has not come.
    ///
    /// - Parameters:
    ///   - bytes: What has come.
    ///   - searched: How many of the bytes earlier calls have seen.
    static func end(of bytes: UnsafeRawBufferPointer, searched: Int = 0) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var at = max(0, searched - 3)
        while at < bytes.count, let found = memchr(base + at, 0x0A, bytes.count - at) {
            let line = base.distance(to: UnsafeRawPointer(found))
            if line + 1 < bytes.count, bytes[line + 1] == 0x0A { return line + 2 }
            if line + 2 < bytes.count, bytes[line + 1] == 0x0D, bytes[line + 2] == 0x0A { return line + 3 }
            at = line + 1
        }
        return nil
    }

    /// Parses a whole head.
    ///
    /// - Parameter bytes: Status line, fields and the empty line.
    /// - Throws: `invalidResponse`, saying what is wrong.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> ResponseHead {
        var parser = Fields()
        var start = 0
        var status: (code: Int, minor: Int)?
        while start < bytes.count {
            let next = lineEnd(bytes, from: start)
            let line = start..<trimLineEnd(bytes, start..<next)
            start = next
            if status == nil {
                status = try statusLine(bytes, line)
            } else if line.isEmpty {
                break
            } else {
                try parser.add(bytes, line)
            }
        }
        guard let status else { throw malformed("it ends before the status line") }
        return try parser.head(bytes, status.code, minor: status.minor)
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else {
            return bytes.count
        }
        return base.distance(to: UnsafeRawPointer(found)) + 1
    }

    private static func trimLineEnd(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) -> Int {
        var end = line.upperBound
        if end > line.lowerBound, bytes[end - 1] == 0x0A { end -= 1 }
        if end > line.lowerBound, bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// `HTTP/1.1 200 OK`; the reason may be missing.
    private static func statusLine(
        _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(StoreError) -> (Int, Int) {
        let at = line.lowerBound
        guard let base = bytes.baseAddress, line.count >= 12, memcmp(base + at, "HTTP/1.", 7) == 0,
            bytes[at + 8] == 0x20,
            let minor = digit(bytes[at + 7]), let a = digit(bytes[at + 9]), let b = digit(bytes[at + 10]),
            let c = digit(bytes[at + 11]), line.count == 12 || bytes[at + 12] == 0x20
        else { throw malformed("its status line is not one") }
        let code = a * 100 + b * 10 + c
        guard (100...599).contains(code) else { throw malformed("its status is \(code)") }
        return (code, minor)
    }

    static func digit(_ byte: UInt8) -> Int? {
        byte >= 0x30 && byte <= 0x39 ? Int(byte) - 0x30 : nil
    }

    /// Gathers the fields of a head.
    private struct Fields {
        private var index: ContiguousArray<HTTPHeaders.Field> = []
        private var contentLength: Int64?
        private var isChunked = false
        private var hasTransferEncoding = false
        private var close = false
        private var keepAlive = false
        private var folds: [Range<Int>] = []

        init() { index.reserveCapacity(16) }

        mutating func add(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(StoreError) {
            if bytes[line.lowerBound] == 0x20 || bytes[line.lowerBound] == 0x09 {
                try unfold(bytes, line)
                return
            }
            guard let base = bytes.baseAddress,
                let found = memchr(base + line.lowerBound, 0x3A, line.count)
            else { throw malformed("a header line has no colon") }
            let colon = base.distance(to: UnsafeRawPointer(found))
            guard colon > line.lowerBound, bytes[colon - 1] != 0x20, bytes[colon - 1] != 0x09 else {
                throw malformed("a header has no name")
            }
            var start = colon + 1
            var end = line.upperBound
            while start < end, isBlank(bytes[start]) { start += 1 }
            while end > start, isBlank(bytes[end - 1]) { end -= 1 }
            let value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if memchr(value.baseAddress ?? base, 0, value.count) != nil { throw malformed("a header has a NUL in it") }
            try interpret(base + line.lowerBound, colon - line.lowerBound, value)
            index.append(
                HTTPHeaders.Field(
                    name: UInt32(line.lowerBound), nameCount: UInt32(colon - line.lowerBound), value: UInt32(start),
                    valueCount: UInt32(end - start)))
        }

        /// A line that goes on with the field before (RFC 9112, section 5.2): its line end becomes blanks.
        private mutating func unfold(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(StoreError) {
            guard let last = index.popLast() else { throw malformed("its first header line begins with a blank") }
            var end = line.upperBound
            while end > line.lowerBound, isBlank(bytes[end - 1]) { end -= 1 }
            folds.append(Int(last.value + last.valueCount)..<line.lowerBound)
            index.append(
                HTTPHeaders.Field(
                    name: last.name, nameCount: last.nameCount, value: last.value,
                    valueCount: UInt32(end) - last.value))
        }

        private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

        private mutating func interpret(
            _ name: UnsafeRawPointer, _ count: Int, _ value: UnsafeRawBufferPointer
        ) throws(StoreError) {
            switch count {
            case 14 where equalIgnoringCase(name, "content-length", 14):
                let length = try number(value)
                if let other = contentLength, other != length { throw malformed("it has two different lengths") }
                contentLength = length
            case 17 where equalIgnoringCase(name, "transfer-encoding", 17):
                guard !hasTransferEncoding, value.count == 7, let base = value.baseAddress,
                    equalIgnoringCase(base, "chunked", 7)
                else { throw malformed("it has a transfer coding other than chunked") }
                hasTransferEncoding = true
                isChunked = true
            case 10 where equalIgnoringCase(name, "connection", 10):
                if contains(value, "close") { close = true }
                if contains(value, "keep-alive") { keepAlive = true }
            default: break
            }
        }

        /// A length; also as a list of equal ones (RFC 9112, section 6.3).
        private func number(_ value: UnsafeRawBufferPointer) throws(StoreError) -> Int64 {
            var result: Int64?
            for part in value.split(separator: 0x2C, omittingEmptySubsequences: false) {
                var sum: Int64 = 0
                var digits = 0
                for byte in part where !isBlank(byte) {
                    guard let digit = HeadParser.digit(byte) else { throw malformed("its length is not a number") }
                    let (product, over) = sum.multipliedReportingOverflow(by: 10)
                    let (next, over2) = product.addingReportingOverflow(Int64(digit))
                    if over || over2 { throw malformed("its length is too large") }
                    sum = next
                    digits += 1
                }
                if digits == 0 { throw malformed("its length is not a number") }
                if let result, result != sum { throw malformed("it has two different lengths") }
                result = sum
            }
            return result ?? 0
        }

        /// Whether a comma-separated list has the token.
        private func contains(_ value: UnsafeRawBufferPointer, _ token: StaticString) -> Bool {
            for part in value.split(separator: 0x2C) {
                var start = part.startIndex
                var end = part.endIndex
                while start < end, isBlank(part[start]) { start += 1 }
                while end > start, isBlank(part[end - 1]) { end -= 1 }
                let word = UnsafeRawBufferPointer(rebasing: value[start..<end])
                if word.count == token.utf8CodeUnitCount, let base = word.baseAddress,
                    equalIgnoringCase(base, token.utf8Start, word.count)
                {
                    return true
                }
            }
            return false
        }

        func head(_ bytes: UnsafeRawBufferPointer, _ status: Int, minor: Int) throws(StoreError) -> ResponseHead {
            let folds = folds
            let copy = Chunk(capacity: bytes.count) { target in
                target.copyMemory(from: bytes)
                for fold in folds {
                    for i in fold { target[i] = 0x20 }
                }
                return bytes.count
            }
            // Length and transfer coding together: the coding counts, and the connection is not trusted any further.
            let both = isChunked && contentLength != nil
            return ResponseHead(
                status: status, headers: HTTPHeaders(bytes: copy, fields: index),
                contentLength: isChunked ? nil : contentLength, isChunked: isChunked,
                keepsAlive: !close && !both && (minor >= 1 || keepAlive))
        }
    }
}
