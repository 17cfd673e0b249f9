/// A value behind a reference: for what few calls use, so that all others pay for one empty pointer.
final class Box<Value: Sendable & Hashable>: Sendable, Hashable {
    let value: Value

    init(_ value: Value) { self.value = value }

    static func == (a: Box, b: Box) -> Bool { a === b || a.value == b.value }

    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// What few writes and copies ask for.
package struct RareWriteOptions: Sendable, Hashable {
    /// How the service shall encrypt the object.
    package var encryption: ServerSideEncryption?
    /// The storage class.
    package var storageClass: String?
    /// The tags; nil for those of the source, or none.
    package var tags: [String: String]?
    /// How long the object must not be deleted.
    package var retention: Retention?
    /// Whether the object must not be deleted until further notice.
    package var legalHold: Bool?

    /// Nothing.
    package init(
        encryption: ServerSideEncryption? = nil, storageClass: String? = nil, tags: [String: String]? = nil,
        retention: Retention? = nil, legalHold: Bool? = nil
    ) {
        self.encryption = encryption
        self.storageClass = storageClass
        self.tags = tags
        self.retention = retention
        self.legalHold = legalHold
    }

    /// Whether nothing is asked for.
    package var isEmpty: Bool {
        encryption == nil && storageClass == nil && tags == nil && retention == nil && legalHold == nil
    }

    /// Whether a lock is asked for.
    package var isLocking: Bool { retention != nil || legalHold != nil }

    static func box(_ value: RareWriteOptions?) -> Box<RareWriteOptions>? {
        guard let value, !value.isEmpty else { return nil }
        return Box(value)
    }
}
