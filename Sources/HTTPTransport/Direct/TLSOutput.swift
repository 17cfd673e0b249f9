import CTLS
import Glibc

/// Where OpenSSL puts the records that it has encrypted: a buffer of ours, behind a BIO.
final class TLSOutput {
    /// What the BIO's functions get.
    fileprivate struct Buffer {
        var memory: UnsafeMutableRawPointer?
        var capacity = 0
        var start = 0
        var end = 0
    }

    /// The BIO's functions, made once. `nonisolated(unsafe)`: not changed after it has been made.
    private nonisolated(unsafe) static let method: OpaquePointer? = {
        guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "coffer") else { return nil }
        BIO_meth_set_write_ex(method, writeOutput)
        BIO_meth_set_ctrl(method, controlOutput)
        return method
    }()

    /// Owned by the TLS connection that it is given to.
    let bio: OpaquePointer
    private let buffer: UnsafeMutablePointer<Buffer>

    init?() {
        guard let method = Self.method, let bio = BIO_new(method) else { return nil }
        self.bio = bio
        buffer = .allocate(capacity: 1)
        buffer.initialize(to: Buffer())
        BIO_set_data(bio, buffer)
        BIO_set_init(bio, 1)
    }

    deinit {
        free(buffer.pointee.memory)
        buffer.deallocate()
    }

    var isEmpty: Bool { buffer.pointee.start == buffer.pointee.end }

    /// What is to be sent.
    var contents: UnsafeRawBufferPointer {
        guard let memory = buffer.pointee.memory else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let count = buffer.pointee.end - buffer.pointee.start
        return UnsafeRawBufferPointer(start: UnsafeRawPointer(memory) + buffer.pointee.start, count: count)
    }

    /// Says that so many bytes have been sent.
    func drop(_ count: Int) {
        buffer.pointee.start += count
        if isEmpty {
            buffer.pointee.start = 0
            buffer.pointee.end = 0
        }
    }
}

private func writeOutput(
    _ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int, _ written: UnsafeMutablePointer<Int>?
) -> Int32 {
    guard let bytes, let context = BIO_get_data(bio) else { return 0 }
    let buffer = context.assumingMemoryBound(to: TLSOutput.Buffer.self)
    if buffer.pointee.end + count > buffer.pointee.capacity {
        // Room for a batch of records and what TLS adds to them.
        let capacity = max(
            buffer.pointee.end + count, buffer.pointee.end == 0 ? 20 << 10 : TLSSession.batch + (24 << 10))
        guard let larger = realloc(buffer.pointee.memory, capacity) else { return 0 }
        buffer.pointee.memory = larger
        buffer.pointee.capacity = capacity
    }
    guard let memory = buffer.pointee.memory else { return 0 }
    memcpy(memory + buffer.pointee.end, bytes, count)
    buffer.pointee.end += count
    written?.pointee = count
    return 1
}

private func controlOutput(
    _ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
