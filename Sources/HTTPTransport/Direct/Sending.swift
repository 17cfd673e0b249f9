import Coffer
import Glibc

/// The request that is on its way out, and how far it is.
struct Sending {
    /// The head, as bytes; the memory is kept for the next request.
    private(set) var head: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var headCount = 0
    var headSent = 0

    var method = HTTPMethod.get
    private(set) var body = Payload()
    /// The segment that is next, and how much of it is gone.
    private(set) var segment = 0
    private(set) var inSegment: Int64 = 0
    private var total: Int64 = 0
    /// Bytes of the body that are gone.
    private(set) var sent: Int64 = 0

    /// Whether all of it is in the system's hands, TLS included.
    var isFlushed = false
    /// Whether the socket takes no more for now.
    var isBlocked = false

    /// Whether the body waits for the server's word.
    var isAwaitingContinue = false
    var continueDeadline: UInt64 = 0
    /// Memory for what has to be copied before it is sent.
    private var scratch: UnsafeMutableRawPointer?
    static let scratchSize = 256 << 10

    /// Whether everything is gone.
    var isDone: Bool { headSent == headCount && sent == total }
    var isHeadDone: Bool { headSent == headCount }

    mutating func release() {
        free(head)
        free(scratch)
        head = nil
        scratch = nil
        capacity = 0
    }

    /// Lets go of the body.
    mutating func finish() {
        body = Payload()
        segment = 0
        inSegment = 0
    }

    mutating func scratchMemory() -> UnsafeMutableRawBufferPointer {
        if scratch == nil { scratch = malloc(Self.scratchSize) }
        return UnsafeMutableRawBufferPointer(start: scratch, count: scratch == nil ? 0 : Self.scratchSize)
    }

    /// Begins with a request.
    mutating func begin(_ request: HTTPRequest, userAgent: String?) {
        method = request.method
        body = request.body
        total = body.count
        segment = 0
        inSegment = 0
        sent = 0
        headSent = 0
        headCount = 0
        isFlushed = false
        isBlocked = false
        continueDeadline = 0
        isAwaitingContinue = request.expectContinue && !request.body.isEmpty
        append(request.method.rawValue)
        append(" ")
        append(request.target)
        append(" HTTP/1.1\r\n")
        if !request.has("host") { append("Host", request.origin.authority) }
        if let userAgent, !request.has("user-agent") { append("User-Agent", userAgent) }
        for header in request.headers { append(header.name, header.value) }
        if !body.isEmpty || request.method.anticipatesContent { append("Content-Length", String(body.count)) }
        if isAwaitingContinue, !request.has("expect") { append("Expect", "100-continue") }
        append("\r\n")
    }

    private mutating func append(_ name: String, _ value: String) {
        append(name)
        append(": ")
        append(value)
        append("\r\n")
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard let source = bytes.baseAddress, bytes.count > 0 else { return }
            reserve(bytes.count)
            guard let head else { return }
            memcpy(head + headCount, source, bytes.count)
            headCount += bytes.count
        }
    }

    private mutating func reserve(_ count: Int) {
        guard headCount + count > capacity else { return }
        capacity = max(2048, (headCount + count) * 2)
        head = realloc(head, capacity)
    }

    /// Notes that so many bytes of head and body are gone.
    mutating func advance(_ count: Int) {
        let ofHead = min(count, headCount - headSent)
        headSent += ofHead
        advanceBody(Int64(count - ofHead))
    }

    mutating func advanceBody(_ count: Int64) {
        sent += count
        var left = count
        while left > 0, segment < body.segments.count {
            let rest = body.segments[segment].count - inSegment
            if left < rest {
                inSegment += left
                return
            }
            left -= rest
            segment += 1
            inSegment = 0
        }
    }

    /// The head's rest.
    var headRest: UnsafeRawBufferPointer {
        guard let head else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: UnsafeRawPointer(head) + headSent, count: headCount - headSent)
    }
}
