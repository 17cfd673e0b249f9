/// A key of the caller's own, with which a service encrypts an object and which it does not keep (SSE-C): who reads the
/// object has to send it again, and who loses it has lost the object.
///
/// It is never shown: not in a description, not by reflection, not in an error. Source: S3 user guide, "Using server-side
/// encryption with customer-provided keys".
public struct CustomerKey: Sendable, Hashable {
    private final class Storage: Sendable {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    private let storage: Storage

    /// The number of bytes of a key: AES-256.
    public static let byteCount = 32

    /// Makes a key of its bytes.
    ///
    /// - Parameter bytes: 32 bytes that nobody can guess.
    /// - Throws: `invalidArgument` if there are more or fewer.
    public init(bytes: some Sequence<UInt8>) throws(StoreError) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else {
            throw StoreError(
                .invalidArgument, "a customer's key has \(Self.byteCount) bytes (AES-256); this one has \(bytes.count)")
        }
        storage = Storage(bytes)
    }

    /// Makes a key of its bytes in Base64.
    ///
    /// - Parameter base64: 44 characters.
    /// - Throws: `invalidArgument` if it is no Base64, or of more or fewer bytes than 32.
    public init(base64: String) throws(StoreError) {
        guard let bytes = Base64.decode(base64.utf8) else {
            throw StoreError(.invalidArgument, "a customer's key is not Base64; give 32 bytes in Base64")
        }
        try self.init(bytes: bytes)
    }

    private init(_ storage: Storage) { self.storage = storage }

    /// A new key of the system's random bytes. Keep ``base64`` somewhere safe.
    public static func random() -> CustomerKey {
        var generator = SystemRandomNumberGenerator()
        return CustomerKey(Storage((0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }))
    }

    /// The key itself: a secret.
    public var bytes: [UInt8] { storage.bytes }

    /// The key itself in Base64: a secret.
    public var base64: String { String(decoding: Base64.encode(storage.bytes), as: UTF8.self) }

    /// Whether both are the same key.
    public static func == (a: CustomerKey, b: CustomerKey) -> Bool {
        a.storage === b.storage || a.storage.bytes == b.storage.bytes
    }

    /// Hashes the key.
    ///
    /// - Parameter hasher: What takes it.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.bytes) }
}

extension CustomerKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same: the key is a secret.
    public var description: String { "CustomerKey(***)" }
    /// Always the same: the key is a secret.
    public var debugDescription: String { description }
    /// Nothing: the key is a secret.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
