import Coffer
import Testing

@testable import HTTPTransport

/// Heads and chunks without a socket.
@Suite struct ParserTests {
    func parse(_ text: String) throws(StoreError) -> ResponseHead {
        try Chunk(text).withUnsafeBytes { bytes throws(StoreError) in try HeadParser.parse(bytes) }
    }

    @Test func readsAnOrdinaryHead() throws {
        let head = try parse(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: 42\r\nETag:\"a b\"  \r\nX-Empty:\r\nx-two: 1\r\nX-Two:  2\t\r\n\r\n"
        )
        #expect(head.status == 206)
        #expect(head.contentLength == 42)
        #expect(head.keepsAlive && !head.isChunked)
        #expect(head.headers["etag"] == "\"a b\"")
        #expect(head.headers["x-empty"] == "")
        #expect(head.headers["X-TWO"] == "1")
        #expect(head.headers.values("x-two") == ["1", "2"])
        #expect(head.headers["x-tw"] == nil && head.headers["x-two1"] == nil)
        #expect(head.headers.map(\.name) == ["Content-Length", "ETag", "X-Empty", "x-two", "X-Two"])
        #expect(head.headers.withValue(of: "ETag") { $0.count } == 5)
    }

    @Test(arguments: [
        ("HTTP/1.1 200\r\n\r\n", 200), ("HTTP/1.1 200 \r\n\r\n", 200), ("HTTP/1.0 404 Not Found\n\n", 404),
        ("HTTP/1.1 599 x\r\nA:b\n\r\n", 599),
    ])
    func takesSlackStatusLines(_ text: String, _ status: Int) throws { #expect(try parse(text).status == status) }

    @Test(arguments: [
        "", "\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.1 099 x\r\n\r\n",
        "HTTP/1.1 600 x\r\n\r\n", "HTTP/1.1  200 x\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\n: nameless\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded first\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    ])
    func refusesBadHeads(_ text: String) {
        #expect(throws: StoreError.self) { try parse(text) }
    }

    @Test func understandsLengthsAndCodings() throws {
        #expect(try parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5, 5\r\n\r\n").contentLength == 5)
        let both = try parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: Chunked\r\n\r\n")
        #expect(both.isChunked && both.contentLength == nil && !both.keepsAlive)
        #expect(both.framing(.get) == .chunked)
        #expect(both.framing(.head) == .none)
        let length = try parse("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n")
        #expect(length.framing(.get) == .length(.max))
        #expect(try parse("HTTP/1.1 200 OK\r\n\r\n").framing(.get) == .untilClose)
        for status in [204, 304, 100] {
            #expect(try parse("HTTP/1.1 \(status) x\r\nContent-Length: 5\r\n\r\n").framing(.get) == .none)
        }
    }

    @Test func knowsWhetherTheConnectionStays() throws {
        #expect(try parse("HTTP/1.1 200 OK\r\n\r\n").keepsAlive)
        #expect(try !parse("HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n").keepsAlive)
        #expect(try !parse("HTTP/1.1 200 OK\r\nConnection: foo,  close \r\n\r\n").keepsAlive)
        #expect(try parse("HTTP/1.1 200 OK\r\nConnection: closed\r\n\r\n").keepsAlive)
        #expect(try !parse("HTTP/1.0 200 OK\r\n\r\n").keepsAlive)
        #expect(try parse("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n\r\n").keepsAlive)
        #expect(try parse("HTTP/1.1 100 Continue\r\n\r\n").isInterim)
        #expect(try !parse("HTTP/1.1 101 Switching\r\n\r\n").isInterim)
    }

    @Test func unfoldsLines() throws {
        let head = try parse("HTTP/1.1 200 OK\r\nA: one\r\n  two\r\n\tthree\r\nB: x\r\n\r\n")
        #expect(head.headers["b"] == "x")
        let words = head.headers["a"]?.split(separator: " ", omittingEmptySubsequences: true)
        #expect(words?.joined(separator: "|").replacing("\t", with: "") == "one|two|three")
    }

    @Test func findsTheEndWhereverItIsCut() {
        for (text, end) in [
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody", 25), ("HTTP/1.1 200 OK\n\nbody", 17), ("A\r\n\r\n\r\n", 5),
        ] {
            let bytes = Chunk(text)
            for cut in 0...bytes.count {
                let found = bytes.prefix(cut).withUnsafeBytes { HeadParser.end(of: $0) }
                #expect(found == (cut >= end ? end : nil), "\(text.debugDescription) cut at \(cut)")
                // The same, having looked at the first part before.
                let again = bytes.withUnsafeBytes { HeadParser.end(of: $0, searched: min(cut, end - 1)) }
                #expect(again == end)
            }
        }
    }

    // MARK: Chunks

    /// Decodes in pieces of one size; nil if the body has not ended.
    func decode(_ text: String, pieces: Int, wanted: Int = .max) throws(StoreError) -> (body: String, rest: Int)? {
        var decoder = ChunkedDecoder()
        var pending: [UInt8] = []
        var body: [UInt8] = []
        var source = Array(text.utf8)[...]
        while true {
            var offset = 0
            let bytes = Chunk(pending)
            let step = try bytes.withUnsafeBytes { raw throws(StoreError) in
                try decoder.step(raw, &offset, wanted: wanted)
            }
            pending.removeFirst(offset)
            switch step {
            case .data(let count):
                body += pending[..<count]
                pending.removeFirst(count)
                decoder.consumed(count)
            case .ended: return (String(decoding: body, as: UTF8.self), pending.count + source.count)
            case .needsMore:
                if source.isEmpty { return nil }
                pending += source.prefix(pieces)
                source = source.dropFirst(pieces)
            }
        }
    }

    @Test(arguments: 1...40) func decodesInPiecesOfAnySize(_ size: Int) throws {
        let text = "5\r\nhello\r\n1;a=\"b\"\r\n,\r\n00C \r\n world there\r\nA\n0123456789\n0\r\nX: y\r\nZ:\r\n\r\n"
        for wanted in [1, 3, Int.max] {
            let result = try decode(text, pieces: size, wanted: wanted)
            #expect(result?.body == "hello, world there0123456789")
            #expect(result?.rest == 0)
        }
    }

    @Test func leavesWhatFollows() throws {
        #expect(try decode("1\r\na\r\n0\r\n\r\nHTTP/1.1", pieces: 100)?.rest == 8)
        for cut in ["", "5", "5\r", "5\r\nab", "5\r\nabcde", "5\r\nabcde\r\n", "0\r\n", "0\r\nA: b\r\n"] {
            #expect(try decode(cut, pieces: 1) == nil, "\(cut.debugDescription)")
        }
    }

    @Test(arguments: [
        "x\r\n", "\r\n", "-1\r\n", "5\r\nabcdefg", "5\r\nabcdeX", "10000000000000000\r\n",
        "5 5\rx" + String(repeating: "y", count: 20_000),
        "0\r\n" + String(repeating: "A: b\r\n", count: 4000),
    ])
    func refusesBadChunks(_ text: String) {
        #expect(throws: StoreError.self) { try decode(text, pieces: 1000) }
    }

    @Test func headersOfStringsAreLikeReceivedOnes() {
        let headers = HTTPHeaders([("ETag", "x"), ("etag", "y"), ("Empty", "")])
        #expect(headers.count == 3)
        #expect(headers["ETAG"] == "x" && headers["empty"] == "" && headers["none"] == nil)
        #expect(headers.values("etag") == ["x", "y"])
        #expect(HTTPHeaders([])["a"] == nil)
    }

    @Test func lettersOnlyAreEqualInBothCases() {
        // '@' and '`', '[' and '{' differ in the same bit as letters do.
        for (a, b) in [("@", "`"), ("[", "{"), ("a-b", "a\rb")] {
            #expect(!HTTPHeaders([(a, "1")]).contains(b))
        }
        #expect(HTTPHeaders([("X-AMZ-a_b.Z9", "1")]).contains("x-amz-A_B.z9"))
    }

    // MARK: Time

    @Test func theWatchdogCountsWaitingOnly() {
        var configuration = HTTPTransportConfiguration()
        configuration.firstByteTimeout = .seconds(5)
        configuration.stallTimeout = .seconds(10)
        configuration.stallBytesPerSecond = 100
        let limits = Watchdog.Limits(configuration)
        let second: UInt64 = 1_000_000_000
        var dog = Watchdog()
        #expect(dog.check(bytes: 0, now: 1000 * second, limits) == .fine)
        dog.enter(.awaitingHead, bytes: 0, now: 1000 * second)
        #expect(dog.check(bytes: 0, now: 1005 * second, limits) == .fine)
        #expect(dog.check(bytes: 0, now: 1006 * second, limits) == .noFirstByte)
        dog.enter(.receiving, bytes: 0, now: 1006 * second)
        #expect(dog.check(bytes: 1000, now: 1017 * second, limits) == .fine)
        #expect(dog.check(bytes: 1999, now: 1028 * second, limits) == .stalled)
        // Nobody reads for an hour, then the network is slow in short reads.
        dog.enter(.idle, bytes: 1999, now: 1028 * second)
        dog = Watchdog()
        var now = 5000 * second
        for _ in 0..<10 {
            dog.enter(.receiving, bytes: 0, now: now)
            now += second
            #expect(dog.check(bytes: 0, now: now, limits) == .fine)
            dog.enter(.idle, bytes: 0, now: now)
            now += 3600 * second
        }
        dog.enter(.receiving, bytes: 0, now: now)
        #expect(dog.check(bytes: 0, now: now + second, limits) == .stalled)
    }
}
