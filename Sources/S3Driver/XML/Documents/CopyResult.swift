import Coffer

/// The answer to `CopyObject` and to `UploadPartCopy`. Source: "CopyObject", "UploadPartCopy", S3 API reference.
struct CopyResult: XMLDocument {
    /// The name of the copy's contents.
    private(set) var etag: ETag?
    /// When the copy was made.
    private(set) var lastModified: Timestamp?

    enum Tag: String, CaseIterable {
        case object = "CopyObjectResult"
        case part = "CopyPartResult"
        case etag = "ETag"
        case lastModified = "LastModified"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.object, .part]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) throws(XMLError) {
        switch tag {
        case .etag: etag = text.etag
        case .lastModified: lastModified = text.timestamp
        case .object, .part:
            // A copy without a name of its contents is no copy: some servers answer so on errors.
            if etag == nil { throw .missing(element: Tag.etag.rawValue) }
        }
    }
}
