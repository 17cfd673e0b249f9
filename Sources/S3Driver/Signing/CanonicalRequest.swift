import Coffer
import Glibc

/// A request in the form that is signed, put together piece by piece.
///
/// Query parameters are encoded and header values trimmed as they come in; order does not matter. The query that the
/// signature gives back is the one to send: what is signed and what is sent cannot differ.
struct CanonicalRequest: ~Copyable {
    /// The HTTP method, upper-case.
    let method: String
    /// The path as it is sent: encoded, from the first slash on.
    let path: String
    /// The text of all parameters and headers.
    private var arena = ByteBuffer(capacity: 1024)
    private var query: [Field] = []
    private var headers: [Field] = []

    /// Where in the arena a name and its value are: the name up to `nameEnd`, the value up to `end`.
    private struct Field {
        var start: Int
        var nameEnd: Int
        var end: Int
    }

    /// Starts a request.
    ///
    /// - Parameters:
    ///   - method: The HTTP method, upper-case.
    ///   - path: The path as it is sent; see ``PercentEncoding``.
    init(method: String, path: String) {
        self.method = method
        self.path = path
        query.reserveCapacity(8)
        headers.reserveCapacity(12)
    }

    /// Adds a query parameter; the same name may come again.
    ///
    /// - Parameters:
    ///   - name: The name, not encoded.
    ///   - value: The value, not encoded; empty for a parameter that is only a name.
    mutating func addQuery(_ name: String, _ value: String) {
        let start = arena.count
        arena.append(encoding: name)
        let nameEnd = arena.count
        arena.append(encoding: value)
        query.append(Field(start: start, nameEnd: nameEnd, end: arena.count))
    }

    /// Adds a query parameter whose name and value need no encoding or have it already.
    mutating func addEncodedQuery(_ name: StaticString, _ value: UnsafeRawBufferPointer) {
        let start = arena.count
        arena.append(name)
        let nameEnd = arena.count
        arena.append(value)
        query.append(Field(start: start, nameEnd: nameEnd, end: arena.count))
    }

    /// Adds a header; the same name may come again, and its values are then joined in order.
    ///
    /// Headers that something on the way may change, or that the transport makes up, are left out: see
    /// ``isSigned(_:)``.
    ///
    /// - Parameters:
    ///   - name: The name in any case.
    ///   - value: The value; white space around it is dropped and runs of it become one space, as the service does.
    mutating func addHeader(_ name: String, _ value: String) {
        let start = arena.count
        var name = name
        name.withUTF8 { bytes in
            arena.append(atMost: bytes.count) { target in
                for (index, byte) in bytes.enumerated() {
                    target[index] = byte >= 65 && byte <= 90 ? byte | 0x20 : byte
                }
                return bytes.count
            }
        }
        if !CanonicalRequest.isSigned(arena.bytes(start, arena.count)) {
            arena.truncate(to: start)
            return
        }
        let nameEnd = arena.count
        arena.append(collapsing: value)
        headers.append(Field(start: start, nameEnd: nameEnd, end: arena.count))
    }

    /// Adds a header whose name is lower-case and whose value has no white space to drop.
    mutating func addCanonicalHeader(_ name: StaticString, _ write: (inout ByteBuffer) -> Void) {
        let start = arena.count
        arena.append(name)
        let nameEnd = arena.count
        write(&arena)
        headers.append(Field(start: start, nameEnd: nameEnd, end: arena.count))
    }

    /// Whether a header of that name has been added.
    ///
    /// - Parameter name: The name in lower case.
    func hasHeader(_ name: StaticString) -> Bool { contains(headers, name) }

    /// Whether a query parameter of that name has been added.
    ///
    /// - Parameter name: The encoded name.
    func hasQuery(_ name: StaticString) -> Bool { contains(query, name) }

    private func contains(_ fields: [Field], _ name: StaticString) -> Bool {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        for field in fields where compare(arena.bytes(field.start, field.nameEnd), wanted) == 0 { return true }
        return false
    }

    /// Whether a header is signed. Left out are those that belong to a connection or that proxies and transports change.
    ///
    /// - Parameter name: The name in lower case.
    private static func isSigned(_ name: UnsafeRawBufferPointer) -> Bool {
        func equals(_ text: StaticString) -> Bool {
            text.utf8CodeUnitCount == name.count && name.baseAddress.map { memcmp($0, text.utf8Start, name.count) } == 0
        }
        switch name.count {
        case 2: return !equals("te")
        case 6: return !equals("expect")
        case 7: return !equals("trailer") && !equals("upgrade") && !equals("baggage")
        case 10:
            return !equals("connection") && !equals("user-agent") && !equals("keep-alive") && !equals("tracestate")
        case 11: return !equals("traceparent")
        case 13: return !equals("authorization")
        case 15: return !equals("x-amzn-trace-id")
        case 17: return !equals("transfer-encoding")
        case 18: return !equals("proxy-authenticate")
        case 19: return !equals("proxy-authorization")
        default: return true
        }
    }
}

// MARK: - Order and output

extension CanonicalRequest {
    /// Brings parameters and headers into their order: by the bytes of name, then value (parameters) or arrival.
    mutating func sort() {
        CanonicalRequest.sort(&query, in: arena, byValue: true)
        CanonicalRequest.sort(&headers, in: arena, byValue: false)
    }

    /// Writes the canonical request; call ``sort()`` before.
    ///
    /// - Parameters:
    ///   - output: What it is appended to.
    ///   - rules: How the service wants the path.
    ///   - payload: What is said of the body.
    func write(to output: inout ByteBuffer, _ rules: SigningRules, _ payload: PayloadHash) {
        output.append(method)
        output.append(UInt8(ascii: "\n"))
        output.append(canonicalPath: path, rules.path)
        output.append(UInt8(ascii: "\n"))
        writeQuery(to: &output)
        output.append(UInt8(ascii: "\n"))
        writeHeaders(to: &output)
        output.append(UInt8(ascii: "\n"))
        writeHeaderNames(to: &output)
        output.append(UInt8(ascii: "\n"))
        switch payload {
        case .sha256(let digest): output.append(hex: digest)
        default: output.append(payload.headerValue)
        }
    }

    /// Writes the query as it is signed and sent: `name=value` joined with `&`.
    func writeQuery(to output: inout ByteBuffer) {
        for (index, field) in query.enumerated() {
            if index > 0 { output.append(UInt8(ascii: "&")) }
            output.append(arena, field.start, field.nameEnd)
            output.append(UInt8(ascii: "="))
            output.append(arena, field.nameEnd, field.end)
        }
    }

    /// Writes the names of the headers, joined with a separator.
    ///
    /// - Parameter separator: `;`, or `%3B` inside a query.
    func writeHeaderNames(to output: inout ByteBuffer, separator: StaticString = ";") {
        for (index, field) in headers.enumerated() where index == 0 || !sameName(headers[index - 1], field) {
            if index > 0 { output.append(separator) }
            output.append(arena, field.start, field.nameEnd)
        }
    }

    private func writeHeaders(to output: inout ByteBuffer) {
        for (index, field) in headers.enumerated() {
            if index > 0 {
                if sameName(headers[index - 1], field) {
                    output.append(UInt8(ascii: ","))
                    output.append(arena, field.nameEnd, field.end)
                    continue
                }
                output.append(UInt8(ascii: "\n"))
            }
            output.append(arena, field.start, field.nameEnd)
            output.append(UInt8(ascii: ":"))
            output.append(arena, field.nameEnd, field.end)
        }
        if !headers.isEmpty { output.append(UInt8(ascii: "\n")) }
    }

    private func sameName(_ a: Field, _ b: Field) -> Bool {
        compare(arena.bytes(a.start, a.nameEnd), arena.bytes(b.start, b.nameEnd)) == 0
    }

    /// Few fields, nearly in order: insertion beats everything. Many fields: the library's sort.
    private static func sort(_ fields: inout [Field], in arena: borrowing ByteBuffer, byValue: Bool) {
        // The closure below may not capture a borrowed buffer; its bytes stay where they are during the call.
        let bytes = arena.bytes
        if fields.count > 32 {
            fields.sort { precedes($0, $1, bytes, byValue) }
            return
        }
        for index in fields.indices.dropFirst() {
            let field = fields[index]
            var hole = index
            while hole > 0, precedes(field, fields[hole - 1], bytes, byValue) {
                fields[hole] = fields[hole - 1]
                hole -= 1
            }
            fields[hole] = field
        }
    }

    /// A total order: what is equal in name and value stays in the order of arrival, which is that of the arena.
    private static func precedes(_ a: Field, _ b: Field, _ bytes: UnsafeRawBufferPointer, _ byValue: Bool) -> Bool {
        var result = compare(part(bytes, a.start, a.nameEnd), part(bytes, b.start, b.nameEnd))
        if result == 0 && byValue { result = compare(part(bytes, a.nameEnd, a.end), part(bytes, b.nameEnd, b.end)) }
        return result == 0 ? a.start < b.start : result < 0
    }

    private static func part(_ bytes: UnsafeRawBufferPointer, _ from: Int, _ to: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[from..<to])
    }
}

/// Compares as `memcmp`; a proper prefix comes first.
@inline(__always)
private func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let common = min(a.count, b.count)
    if common > 0, let left = a.baseAddress, let right = b.baseAddress {
        let result = memcmp(left, right, common)
        if result != 0 { return Int(result) }
    }
    return a.count - b.count
}

extension ByteBuffer {
    /// Appends a header's value: white space at the ends dropped, runs within it made one space.
    mutating func append(collapsing value: String) {
        var value = value
        value.withUTF8 { bytes in
            append(atMost: bytes.count) { target in
                var written = 0
                var gap = false
                for byte in bytes {
                    // Space, tab, line feed, vertical tab, form feed, carriage return.
                    if byte == 32 || (byte >= 9 && byte <= 13) {
                        gap = written > 0
                        continue
                    }
                    if gap {
                        target[written] = 32
                        written += 1
                        gap = false
                    }
                    target[written] = byte
                    written += 1
                }
                return written
            }
        }
    }
}
