import CSockets
import Coffer
import Glibc

extension Connection {
    /// The most bytes one turn sends, so that other connections of the thread get theirs.
    private static let turn: Int64 = 4 << 20
    private static let pieces = 16

    /// Sends as much of the request as the socket takes.
    ///
    /// - Returns: `.count` if everything that may go now is gone.
    func sendSome() throws(StoreError) -> IO {
        let end = sending.sent + Self.turn
        while true {
            if let tls {
                switch tls.flush() {
                case .count: break
                case let other: return other
                }
            }
            let mayBody = !sending.isAwaitingContinue
            if sending.isHeadDone && (!mayBody || sending.isDone) { return .count(1) }
            if sending.sent >= end { return .wouldBlock }
            let result = try tls.map { tls throws(StoreError) in try sendEncrypted(tls, mayBody) } ?? sendPlain(mayBody)
            switch result {
            case .count(let count): sending.advance(count)
            default: return result
            }
        }
    }

    /// Head and memory in one call, straight from where they are; files without a copy.
    private func sendPlain(_ mayBody: Bool) -> IO {
        if !mayBody { return PlainSocket.write(socket, sending.headRest) }
        let segments = sending.body.segments
        if sending.isHeadDone, case .file(let region) = segments[sending.segment] {
            let left = Int(min(region.count - sending.inSegment, 1 << 30))
            let result = PlainSocket.send(
                socket, region.file.descriptor, at: region.offset + sending.inSegment, count: left)
            // Nothing to send where there should be: the file has become shorter.
            if case .end = result { return .failed(-1, region.file.path) }
            return result
        }
        return withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.pieces) { list in
            var count = 0
            func add(_ start: UnsafeRawPointer?, _ length: Int) {
                guard length > 0 else { return }
                list.initializeElement(
                    at: count, to: iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: length))
                count += 1
            }
            add(sending.headRest.baseAddress, sending.headRest.count)
            var index = sending.segment
            var skip = Int(sending.inSegment)
            var more = false
            while index < segments.count, count < Self.pieces {
                guard case .chunk(let chunk) = segments[index] else {
                    more = true
                    break
                }
                // The payload keeps the memory alive while the connection has it.
                add(chunk.baseAddress.map { $0 + skip }, chunk.count - skip)
                skip = 0
                index += 1
            }
            let result = PlainSocket.write(socket, UnsafeBufferPointer(rebasing: list[..<count]), more: more)
            withExtendedLifetime(segments) {}
            return result
        }
    }

    /// Encrypts one batch. The head and what follows go into the same record if they fit.
    private func sendEncrypted(_ tls: TLSSession, _ mayBody: Bool) throws(StoreError) -> IO {
        let body = sending.body
        if sending.isHeadDone, sending.segment < body.segments.count,
            case .chunk(let chunk) = body.segments[sending.segment]
        {
            let skip = Int(sending.inSegment)
            let taken = chunk.withUnsafeBytes { bytes in
                tls.encrypt(UnsafeRawBufferPointer(rebasing: bytes[skip...]))
            }
            return taken.map { .count($0) } ?? .failed(0, "TLS failed: \(TLSContext.lastError())")
        }
        let scratch = sending.scratchMemory()
        let head = sending.headRest
        var filled = min(head.count, scratch.count)
        scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: head[..<filled]))
        // After a head, no more of the body than one record holds: the rest is sent from where it is.
        let limit = head.isEmpty ? scratch.count : max(filled, min(scratch.count, 16 << 10))
        var position = sending.sent
        while mayBody, filled < limit, position < body.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: scratch[filled..<limit])
            let count = try body.read(into: rest, at: position)
            if count == 0 { break }
            filled += count
            position += Int64(count)
        }
        let taken = tls.encrypt(UnsafeRawBufferPointer(rebasing: scratch[..<filled]))
        return taken.map { .count($0) } ?? .failed(0, "TLS failed: \(TLSContext.lastError())")
    }
}
