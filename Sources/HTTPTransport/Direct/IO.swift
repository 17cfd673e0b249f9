import CSockets
import Coffer
import Glibc

/// What a non-blocking read or write came to.
enum IO {
    /// So many bytes, at least 1.
    case count(Int)
    /// Not now.
    case wouldBlock
    /// The other side has closed in order.
    case end
    /// It broke: the system's error number, or 0 with a reason.
    case failed(Int32, String)
}

/// Whether an operation has come to its end.
enum Progress {
    case done
    /// It waits for these epoll events.
    case wait(UInt32)
}

/// Non-blocking calls on a plain socket.
enum PlainSocket {
    static func read(_ socket: Int32, _ target: UnsafeMutableRawBufferPointer) -> IO {
        result { coffer_receive(socket, target.baseAddress, target.count) }
    }

    static func write(_ socket: Int32, _ bytes: UnsafeRawBufferPointer, more: Bool = false) -> IO {
        result { coffer_send(socket, bytes.baseAddress, bytes.count, more ? 1 : 0) }
    }

    static func write(_ socket: Int32, _ pieces: UnsafeBufferPointer<iovec>, more: Bool) -> IO {
        result { coffer_send_pieces(socket, pieces.baseAddress, pieces.count, more ? 1 : 0) }
    }

    /// Sends a part of a file without bringing it into this process.
    static func send(_ socket: Int32, _ file: Int32, at offset: Int64, count: Int) -> IO {
        var position = off_t(offset)
        return result { sendfile(socket, file, &position, count) }
    }

    private static func result(_ call: () -> Int) -> IO {
        while true {
            let count = call()
            if count > 0 { return .count(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .failed(errno, "")
            }
        }
    }
}
