import CSockets
import Coffer
import Glibc

extension Connection {
    /// Goes on with an exchange: the request goes out, the head and a collected body come in.
    func stepExchange(_ events: UInt32) throws(StoreError) -> Progress {
        let inbound = coffer_epoll_in | coffer_epoll_hangup | coffer_epoll_error
        if mustSend {
            // An answer may come before the request is gone: a refusal, or the word to go on.
            if receiving.head == nil, events & inbound != 0 { _ = try receiveHead() }
            if mustSend { try sendRequest() }
            if mustSend {
                let answer = receiving.head == nil ? coffer_epoll_in : 0
                return .wait(sending.isBlocked ? answer | coffer_epoll_out : answer)
            }
            // Just gone: the answer cannot be there yet.
            if receiving.head == nil { return .wait(coffer_epoll_in) }
        }
        if receiving.head == nil, try !receiveHead() { return .wait(coffer_epoll_in) }
        return try stepBody()
    }

    /// Whether the request has to go on. A refusal ends it; a success that comes too early does not: who has not seen
    /// all of a request cannot have carried it out.
    private var mustSend: Bool {
        if sending.isDone && sending.isFlushed { return false }
        return receiving.head.map { $0.status < 300 } ?? true
    }

    /// Sends what goes; if nothing goes any more, looks for the answer that says why.
    private func sendRequest() throws(StoreError) {
        watchdog.enter(.sending, bytes: sending.sent, now: Clock.coarse)
        sending.isBlocked = false
        switch try sendSome() {
        case .count:
            sending.isFlushed = sending.isDone
            let next: Watchdog.Phase = receiving.head == nil ? .awaitingHead : .receiving
            watchdog.enter(next, bytes: sending.sent, now: Clock.coarse)
            if sending.isAwaitingContinue, sending.continueDeadline == 0 {
                sending.continueDeadline = Clock.coarse + 1_000_000_000
            }
        case .wouldBlock: sending.isBlocked = true
        case .failed(-1, let path):
            throw StoreError(.io, "'\(path)' became shorter while it was sent; write to a copy instead")
        case .end: throw broken(0, "it was closed")
        case .failed(let number, let reason):
            // The server may have said why before it closed.
            do throws(StoreError) {
                if receiving.head == nil, try receiveHead(), !mustSend { return }
            } catch {
                if receiving.hasBegun { throw error }
            }
            throw broken(number, reason)
        }
    }

    /// Reads until the final head is there.
    ///
    /// - Returns: Whether it is.
    private func receiveHead() throws(StoreError) -> Bool {
        while true {
            while let end = HeadParser.end(of: receiving.pending, searched: receiving.searched) {
                let head = try HeadParser.parse(UnsafeRawBufferPointer(rebasing: receiving.pending[..<end]))
                receiving.start += end
                receiving.searched = 0
                if head.isInterim {
                    if head.status == 100, sending.isAwaitingContinue {
                        sending.isAwaitingContinue = false
                        try sendRequest()
                        if receiving.head != nil { return true }
                    }
                    receiving.interims += 1
                    if receiving.interims > ResponseHead.interimLimit { throw tooManyInterims() }
                    continue
                }
                begin(head)
                return true
            }
            receiving.searched = receiving.end - receiving.start
            guard receiving.searched < ResponseHead.limit else {
                throw malformed("its head is longer than \(ResponseHead.limit) bytes")
            }
            let room = receiving.room()
            guard room.count > 0 else { throw StoreError(.internal, "no memory for an answer's head") }
            switch readSocket(room) {
            case .count(let count):
                receiving.end += count
                receiving.hasBegun = true
                try checkBeginning()
            case .wouldBlock: return false
            case .end: throw missingHead(origin)
            case .failed(let number, let reason): throw broken(number, reason)
            }
        }
    }

    /// Refuses early what is not HTTP: it may never have an empty line.
    private func checkBeginning() throws(StoreError) {
        let begin = receiving.pending.prefix(5)
        guard begin.elementsEqual("HTTP/".utf8.prefix(begin.count)) else {
            throw malformed("its status line is not one")
        }
    }

    private func begin(_ head: ResponseHead) {
        receiving.head = head
        receiving.framing = head.framing(sending.method)
        // No word to go on will come any more.
        sending.isAwaitingContinue = false
        if head.status >= 300 { receiving.collectLimit = min(receiving.collectLimit, ResponseHead.refusalLimit) }
        watchdog.enter(.receiving, bytes: sending.sent, now: Clock.coarse)
        switch receiving.framing {
        case .none: receiving.isEnded = true
        case .length(let length):
            receiving.left = length
            receiving.isCollecting = length <= Int64(receiving.collectLimit)
        case .chunked, .untilClose: receiving.isCollecting = receiving.collectLimit > 0
        }
    }

    // MARK: Bodies

    /// Collects the body, if it is to be.
    private func stepBody() throws(StoreError) -> Progress {
        guard receiving.isCollecting else { return .done }
        while !receiving.isEnded {
            let room: UnsafeMutableRawBufferPointer
            if case .length(let length) = receiving.framing {
                guard receiving.reserveCollected(Int(length)) else { throw noMemory() }
                room = receiving.collectedRoom
            } else {
                // One byte beyond the limit shows that the body is longer; then it goes on as a stream.
                if receiving.collectedCount > receiving.collectLimit { return .done }
                let wanted = min(max(8 << 10, receiving.collectedCount * 2), receiving.collectLimit + 1)
                guard receiving.reserveCollected(max(wanted, receiving.collectedCount + 1)) else { throw noMemory() }
                room = receiving.collectedRoom
            }
            switch try readBody(room) {
            case .count(let count): receiving.addCollected(count)
            case .wouldBlock:
                acknowledge(missing: receiving.left)
                return .wait(coffer_epoll_in)
            default: break
            }
        }
        return .done
    }

    private func noMemory() -> StoreError { StoreError(.internal, "no memory for a body; read it as a stream") }

    /// Goes on with a read into the consumer's memory.
    func stepRead() throws(StoreError) -> Progress {
        while receiving.filled < receiving.target.count, !receiving.isEnded {
            let rest = UnsafeMutableRawBufferPointer(rebasing: receiving.target[receiving.filled...])
            switch try readBody(rest) {
            case .count(let count): receiving.filled += count
            case .wouldBlock:
                if receiving.filled > 0, !receiving.wantsAll { return .done }
                acknowledge(missing: receiving.left)
                watchdog.enter(.receiving, bytes: sending.sent + receiving.received, now: Clock.coarse)
                if case .length = receiving.framing {
                    setLowWater(min(receiving.left, Int64(receiving.target.count - receiving.filled)))
                }
                return .wait(coffer_epoll_in)
            default: break
            }
        }
        return .done
    }

    /// Reads bytes of the body, straight into the target where its framing allows that.
    ///
    /// - Returns: `.end` if the body has ended without further bytes.
    private func readBody(_ target: UnsafeMutableRawBufferPointer) throws(StoreError) -> IO {
        switch receiving.framing {
        case .none:
            receiving.isEnded = true
            return .end
        case .length:
            let part = UnsafeMutableRawBufferPointer(
                rebasing: target.prefix(Int(min(Int64(target.count), receiving.left))))
            let result = try readRaw(part)
            if case .end = result {
                throw shortBody(origin, receiving.received, of: receiving.received + receiving.left)
            }
            if case .count(let count) = result {
                receiving.left -= Int64(count)
                if receiving.left == 0 { receiving.isEnded = true }
            }
            return result
        case .untilClose:
            let result = try readRaw(target)
            if case .end = result { receiving.isEnded = true }
            return result
        case .chunked: return try readChunked(target)
        }
    }

    /// What is in the buffer, else from the socket.
    private func readRaw(_ target: UnsafeMutableRawBufferPointer) throws(StoreError) -> IO {
        let pending = receiving.pending
        if !pending.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: pending.prefix(target.count))
            target.copyMemory(from: part)
            receiving.start += part.count
            receiving.received += Int64(part.count)
            return .count(part.count)
        }
        let result = readSocket(target)
        if case .count(let count) = result { receiving.received += Int64(count) }
        if case .failed(let number, let reason) = result { throw broken(number, reason) }
        return result
    }

    private func readChunked(_ target: UnsafeMutableRawBufferPointer) throws(StoreError) -> IO {
        while true {
            var offset = 0
            let step = try receiving.decoder.step(receiving.pending, &offset, wanted: target.count)
            receiving.start += offset
            switch step {
            case .data(let count):
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: receiving.pending.prefix(count)))
                receiving.start += count
                receiving.decoder.consumed(count)
                receiving.received += Int64(count)
                // An end that is already here is found at once, so that the connection is free.
                if receiving.decoder.isBetweenChunks { try lookForEnd() }
                return .count(count)
            case .ended:
                receiving.isEnded = true
                return .end
            case .needsMore:
                switch readSocket(receiving.room()) {
                case .count(let count): receiving.end += count
                case .wouldBlock: return .wouldBlock
                case .end:
                    throw StoreError(
                        .connectionFailed,
                        "\(origin.endpoint) closed the connection in the midst of a chunked body; try again",
                        isRetryable: true)
                case .failed(let number, let reason): throw broken(number, reason)
                }
            }
        }
    }

    private func lookForEnd() throws(StoreError) {
        var decoder = receiving.decoder
        var offset = 0
        guard try decoder.step(receiving.pending, &offset, wanted: 1) == .ended else { return }
        receiving.decoder = decoder
        receiving.start += offset
        receiving.isEnded = true
    }

    /// Whether the connection may carry another request: all was sent, all has come, and nothing more.
    var isReusable: Bool {
        guard let head = receiving.head, head.keepsAlive, receiving.isEnded, sending.isDone, failure == nil else {
            return false
        }
        if case .untilClose = receiving.framing { return false }
        return receiving.pending.isEmpty
    }
}
