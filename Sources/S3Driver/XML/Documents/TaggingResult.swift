import Coffer

/// The answer to `GetObjectTagging`. Source: S3 API reference.
struct TaggingResult: XMLDocument {
    /// The tags by their names.
    private(set) var tags: [String: String] = [:]

    private var name = ""
    private var value = ""

    enum Tag: String, CaseIterable {
        case root = "Tagging"
        // Some servers' word.
        case output = "GetObjectTaggingOutput"
        case set = "TagSet"
        case tag = "Tag"
        case key = "Key"
        case value = "Value"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.root, Tag.output]

    mutating func begin(_ tag: Tag, in parent: Tag?) {
        guard case .tag = tag else { return }
        name = ""
        value = ""
    }

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch (parent, tag) {
        case (.tag, .key): name = text.string
        case (.tag, .value): value = text.string
        case (.set, .tag):
            guard !name.isEmpty else { throw .missing(element: Tag.key.rawValue) }
            tags[name] = value
        default: break
        }
    }
}
