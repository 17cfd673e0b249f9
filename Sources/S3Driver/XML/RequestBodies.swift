import Coffer

/// The bodies of the requests that have one.
enum RequestBodies {
    /// The body of `DeleteObjects`.
    ///
    /// - Parameters:
    ///   - objects: At most 1,000.
    ///   - isQuiet: Whether only failures shall be reported.
    /// - Throws: ``XMLError/unrepresentable(scalar:)`` for a key that XML cannot carry: delete that one on its own.
    static func delete(_ objects: [VersionID], isQuiet: Bool) throws(XMLError) -> [UInt8] {
        var xml = XMLWriter("Delete", capacity: 256 + objects.count * 96)
        for object in objects {
            xml.open("Object")
            try xml.element("Key", object.key.string)
            if let version = object.version { try xml.element("VersionId", version) }
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
}
