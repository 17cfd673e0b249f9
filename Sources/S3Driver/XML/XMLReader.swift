/// What a service's answer turned out to be.
enum XMLAnswer<Document: XMLDocument>: Sendable {
    /// What was asked for.
    case document(Document)
    /// An error, which S3 may send with status 200 too.
    case failure(ServiceErrorDocument)
}

/// Reads one answer, in pieces as they come in.
///
///     var reader = try XMLReader<CopyResult>()
///     try reader.feed(bytes)
///     switch try reader.finish() { … }
struct XMLReader<Document: XMLDocument>: ~Copyable {
    private var parser: XMLParser

    /// Makes a reader.
    ///
    /// - Parameter scans: Whether plain XML is read without expat; a test says no.
    /// - Throws: ``XMLError/outOfMemory``.
    init(scans: Bool = true) throws(XMLError) { parser = try XMLParser(Document(), scans: scans) }

    /// Takes the next bytes.
    ///
    /// - Throws: What is wrong with them; every later call throws it again.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(XMLError) { try parser.feed(bytes) }

    /// Ends the answer.
    ///
    /// - Throws: ``XMLError/truncated`` if its root has not ended; anything that ``feed(_:)`` throws.
    mutating func finish() throws(XMLError) -> XMLAnswer<Document> {
        try parser.finish()
        let document = parser.document
        if let document = document as? Document { return .document(document) }
        if let failure = document as? ServiceErrorDocument { return .failure(failure) }
        throw .truncated
    }

    /// Reads an answer that is there as a whole.
    static func read(_ bytes: UnsafeRawBufferPointer) throws(XMLError) -> XMLAnswer<Document> {
        var reader = try XMLReader<Document>()
        try reader.feed(bytes)
        return try reader.finish()
    }

    /// Reads an error of which only the beginning is there, or that goes wrong later on.
    ///
    /// - Returns: The fields that are whole; nil if the error's code is not among them.
    static func beginning(
        of bytes: UnsafeRawBufferPointer
    ) -> ServiceErrorDocument? where Document == ServiceErrorDocument {
        do throws(XMLError) {
            var reader = try XMLReader<ServiceErrorDocument>()
            do throws(XMLError) { try reader.feed(bytes) } catch {
                // What came before counts.
            }
            guard let error = reader.parser.document as? ServiceErrorDocument, !error.code.isEmpty else { return nil }
            return error
        } catch {
            return nil
        }
    }
}
