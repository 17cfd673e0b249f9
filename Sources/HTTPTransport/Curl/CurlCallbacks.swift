import CCurl
import Glibc

// What libcurl calls, always on the shard's thread. The context is an unretained CurlTransfer, which the shard keeps
// for as long as the handle is in use.

private func transfer(_ context: UnsafeMutableRawPointer) -> CurlTransfer {
    Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
}

func curlRead(
    _ target: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return Int(CURL_READFUNC_ABORT) }
    return transfer(context).provide(UnsafeMutableRawBufferPointer(start: target, count: size * count))
}

func curlSeek(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    guard let context, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
    transfer(context).rewind(to: Int64(offset))
    return CURL_SEEKFUNC_OK
}

func curlHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context).takeHeaderLine(line) ? line.count : -1
}

func curlWrite(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let body = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch transfer(context).takeBody(body) {
    case .taken: return body.count
    case .holdBack: return Int(CURL_WRITEFUNC_PAUSE)
    case .refused: return -1
    }
}

func curlSocket(
    _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?,
    _ assigned: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    Unmanaged<CurlShard>.fromOpaque(context).takeUnretainedValue().watch(socket, what, isKnown: assigned != nil)
    return 0
}

func curlTimer(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return 0 }
    Unmanaged<CurlShard>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    return 0
}
