/// The answer to `GetObjectAcl`. Source: S3 API reference.
struct AccessControlPolicy: XMLDocument {
    /// What one grantee may do.
    struct Grant: Sendable, Hashable {
        /// The group, where it is one.
        var group = ""
        /// `READ`, `FULL_CONTROL` and the like.
        var permission = ""
    }

    private(set) var grants: [Grant] = []

    enum Tag: String, CaseIterable {
        case root = "AccessControlPolicy"
        case list = "AccessControlList"
        case grant = "Grant"
        case grantee = "Grantee"
        case uri = "URI"
        case permission = "Permission"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root]

    /// Whether everybody may read.
    var isPublic: Bool {
        grants.contains {
            $0.group == "http://acs.amazonaws.com/groups/global/AllUsers"
                && ($0.permission == "READ" || $0.permission == "FULL_CONTROL")
        }
    }

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        if tag == .grant { grants.append(Grant()) }
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) {
        guard let last = grants.indices.last else { return }
        switch (parent, tag) {
        case (.grantee, .uri): grants[last].group = text.string
        case (.grant, .permission): grants[last].permission = text.string
        default: break
        }
    }
}
