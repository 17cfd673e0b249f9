import Coffer
import Synchronization

/// The objects of one memory store, or of all stores of one name.
///
/// One lock protects everything; under it nothing is read, copied or freed that grows with the objects' sizes.
final class MemoryStorage: Sendable {
    struct State {
        var index = KeyTree()
        var uploads: [String: MemoryUpload] = [:]
        var lastUpload: UInt64 = 0
        /// The bytes of all objects, of the parts of open uploads and of writers under way.
        var used: Int64 = 0
    }

    /// The most bytes; nil for no limit.
    let maxBytes: Int64?
    let state = ForkSafeLock(State())
    private let lastETag = Atomic<UInt64>(0)

    init(maxBytes: Int64? = nil) { self.maxBytes = maxBytes }

    // MARK: Parts of operations

    /// A tag that no other write to this storage has had: 16 hexadecimal digits at most, the count of writes.
    func nextETag() -> ETag {
        let number = lastETag.wrappingAdd(1, ordering: .relaxed).newValue
        // Fits a small string up to 15 digits, so nothing is allocated.
        return ETag(
            String(unsafeUninitializedCapacity: 16) { digits in
                var length = 0
                var shift = max(0, (60 - number.leadingZeroBitCount + 3) / 4 * 4)
                while shift >= 0 {
                    let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
                    digits[length] = digit < 10 ? 48 + digit : 87 + digit
                    length += 1
                    shift -= 4
                }
                return length
            })
    }

    /// Counts bytes that come and go.
    ///
    /// - Throws: `tooLarge` if they would go beyond the limit; nothing is counted then.
    func account(_ state: inout State, _ delta: Int64) throws(StoreError) {
        if let maxBytes, delta > 0, state.used + delta > maxBytes {
            throw StoreError(
                .tooLarge,
                "the store holds \(state.used) of at most \(maxBytes) bytes and \(delta) more were to be stored; "
                    + "delete objects or raise max_bytes")
        }
        state.used += delta
    }

    // MARK: Operations

    /// The present object.
    func object(_ key: Key) -> StoredObject? {
        state.withLock { state in key.withBytes { state.index.find($0)?.header.object } }
    }

    /// Puts an object in its place if the condition holds, atomically.
    ///
    /// - Parameter reserved: How many of its bytes have been counted already, by a writer or an upload.
    func publish(
        _ key: Key, _ object: StoredObject, _ condition: WriteCondition, reserved: Int64 = 0
    ) throws(StoreError) {
        // The old object is freed after the lock is gone.
        let old: StoredObject? = try state.withLock { state throws(StoreError) in
            try publish(&state, key, object, condition, reserved: reserved)
        }
        _ = old
    }

    /// The same, for an operation that holds the lock.
    func publish(
        _ state: inout State, _ key: Key, _ object: StoredObject, _ condition: WriteCondition, reserved: Int64 = 0
    ) throws(StoreError) -> StoredObject? {
        try key.withBytes { bytes throws(StoreError) in
            let entry = state.index.find(bytes)
            let old = entry?.header.object
            if condition != .none { try condition.check(exists: old != nil, etag: old?.etag) }
            try account(&state, object.bytes.count - reserved - (old?.bytes.count ?? 0))
            if let entry {
                entry.header.object = object
            } else {
                state.index.insert(bytes, object)
            }
            return old
        }
    }

    /// Takes an object out if the condition holds, atomically.
    func remove(_ key: Key, ifMatch: ETag?) throws(StoreError) {
        let old: StoredObject? = try state.withLock { state throws(StoreError) in
            try remove(&state, key, ifMatch: ifMatch)
        }
        _ = old
    }

    /// The same, for an operation that holds the lock.
    func remove(_ state: inout State, _ key: Key, ifMatch: ETag?) throws(StoreError) -> StoredObject? {
        try key.withBytes { bytes throws(StoreError) in
            if let ifMatch {
                let present = state.index.find(bytes)?.header.object
                try WriteCondition.matches(ifMatch).check(exists: present != nil, etag: present?.etag)
            }
            let old = state.index.remove(bytes)
            if let old { state.used -= old.bytes.count }
            return old
        }
    }
}
