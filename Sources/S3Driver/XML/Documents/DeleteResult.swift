/// What became of each key of a `DeleteObjects`. Source: "DeleteObjects", S3 API reference.
struct DeleteResult: XMLDocument {
    /// A key that was not deleted.
    struct Failure: Sendable, Hashable {
        /// The key.
        var key = ""
        /// The version, if one was given.
        var versionID: String?
        /// The kind of error, for instance `AccessDenied`.
        var code = ""
        /// The service's own words.
        var message = ""
    }

    /// A key that was deleted, or was not there.
    struct Deletion: Sendable, Hashable {
        /// The key.
        var key = ""
        /// The version that was deleted.
        var versionID: String?
    }

    /// What was deleted; empty for a quiet request.
    private(set) var deleted: [Deletion] = []
    /// What was not.
    private(set) var failures: [Failure] = []

    enum Tag: String, CaseIterable {
        case root = "DeleteResult"
        case deleted = "Deleted"
        case error = "Error"
        case key = "Key"
        case versionID = "VersionId"
        case code = "Code"
        case message = "Message"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    private var deletion = Deletion()
    private var failure = Failure()

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        switch tag {
        case .deleted: deletion = Deletion()
        case .error: failure = Failure()
        default: break
        }
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) {
        switch (parent, tag) {
        case (.deleted, .key): deletion.key = text.string
        case (.deleted, .versionID): deletion.versionID = text.string
        case (.error, .key): failure.key = text.string
        case (.error, .versionID): failure.versionID = text.string
        case (.error, .code): failure.code = text.string
        case (.error, .message): failure.message = text.string
        case (.root, .deleted): deleted.append(deletion)
        case (.root, .error): failures.append(failure)
        default: break
        }
    }
}
