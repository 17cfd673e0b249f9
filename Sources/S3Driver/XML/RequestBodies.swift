import Coffer

/// The bodies of the requests that have one.
enum RequestBodies {
    /// The body of `DeleteObjects`.
    ///
    /// - Parameters:
    ///   - keys: At most 1,000.
    ///   - isQuiet: Whether only failures shall be reported.
    /// - Throws: ``XMLError/unrepresentable(scalar:)`` for a key that XML cannot carry: delete that one on its own.
    static func delete(_ keys: [Key], isQuiet: Bool) throws(XMLError) -> [UInt8] {
        var xml = XMLWriter("Delete", capacity: 256 + keys.count * 96)
        for key in keys {
            xml.open("Object")
            try xml.element("Key", key.string)
            xml.close("Object")
        }
        if isQuiet { try xml.element("Quiet", "true") }
        return xml.finish()
    }

    /// The body of `CompleteMultipartUpload`.
    ///
    /// - Parameter parts: All parts in ascending order.
    static func completeMultipartUpload(_ parts: [UploadedPart]) throws(XMLError) -> [UInt8] {
        var xml = XMLWriter("CompleteMultipartUpload", capacity: 256 + parts.count * 128)
        for part in parts {
            xml.open("Part")
            xml.element("PartNumber", part.number)
            try xml.element("ETag", part.etag.quoted)
            if let checksum = part.checksum { try xml.element(checksum.algorithm.element, checksum.base64) }
            xml.close("Part")
        }
        return xml.finish()
    }

    /// The body of `CreateBucket` outside of `us-east-1`.
    ///
    /// - Parameter region: The region.
    static func createBucket(region: String) throws(XMLError) -> [UInt8] {
        var xml = XMLWriter("CreateBucketConfiguration")
        try xml.element("LocationConstraint", region)
        return xml.finish()
    }
}
