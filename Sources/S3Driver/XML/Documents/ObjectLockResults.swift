import Coffer

/// The answer to `GetObjectRetention`. Source: S3 API reference.
struct ObjectRetention: XMLDocument {
    /// The retention; nil if there is none.
    private(set) var retention: Retention?

    private var mode: Retention.Mode?
    private var until: Timestamp?

    enum Tag: String, CaseIterable {
        case root = "Retention"
        case mode = "Mode"
        case until = "RetainUntilDate"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.root, .mode):
            mode = Retention.Mode(rawValue: text.string)
            if mode == nil, !text.bytes.isEmpty {
                throw .invalidValue(element: tag.rawValue, value: text.string)
            }
        case (.root, .until):
            until = text.timestamp
            if until == nil, !text.bytes.isEmpty {
                throw .invalidValue(element: tag.rawValue, value: text.string)
            }
        case (nil, .root):
            if let mode, let until { retention = Retention(mode, until: until) }
        default: break
        }
    }
}

/// The answer to `GetObjectLegalHold`. Source: S3 API reference.
struct ObjectLegalHold: XMLDocument {
    /// Whether there is a hold.
    private(set) var isHeld = false

    enum Tag: String, CaseIterable {
        case root = "LegalHold"
        case status = "Status"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        if case (.root, .status) = (parent, tag) { isHeld = text.equals("ON") }
    }
}
