import Coffer

/// Something that a bucket can be set up with: read by ``S3Bucket/get(_:)``, written by ``S3Bucket/set(_:mfa:)`` and taken
/// away by ``S3Bucket/remove(_:mfa:)``.
///
/// A new one is a small file: the fields, ``S3Mapped/map(_:)`` and ``subresource``.
public protocol BucketConfiguration: Sendable, Hashable {
    /// Where the service keeps it.
    static var subresource: BucketSubresource { get }

    /// What takes its place when it is removed, where the service cannot delete it; nil where it can, or where it
    /// cannot be removed at all.
    static var inactive: Self? { get }

    /// Reads the service's answer.
    ///
    /// - Parameter document: The answer's body.
    /// - Throws: `invalidResponse` if it makes no sense.
    init(document: Chunk) throws(StoreError)

    /// The body of the request that sets it.
    ///
    /// - Throws: `invalidArgument` if it cannot be written.
    func document() throws(StoreError) -> Chunk

    /// Headers of the request that sets it; none as a rule.
    var headers: [(name: String, value: String)] { get }

    /// Takes what the answer's headers say; nothing as a rule.
    ///
    /// - Parameter header: Gives the value of a header by its name in lower case.
    mutating func read(_ header: (String) -> String?)
}

/// Where a service keeps a configuration of a bucket, and how it speaks of it.
public struct BucketSubresource: Sendable, Hashable {
    /// The query parameter, for instance `lifecycle`.
    public var name: String
    /// The root element of its document.
    public var root: String
    /// Other root elements that answers of some services have.
    public var otherRoots: Set<String> = []
    /// The codes by which a service says that the bucket has no such configuration.
    public var absent: Set<String>
    /// Whether the service deletes it; otherwise it can only be replaced.
    public var canBeDeleted: Bool
    /// What its document is; XML as a rule.
    public var contentType = "application/xml"

    /// Describes a subresource.
    ///
    /// - Parameters:
    ///   - name: The query parameter.
    ///   - root: The root element of its document.
    ///   - absent: The codes by which a service says that the bucket has none.
    ///   - canBeDeleted: Whether the service deletes it.
    public init(_ name: String, root: String, absent: Set<String> = [], canBeDeleted: Bool = true) {
        self.name = name
        self.root = root
        self.absent = absent
        self.canBeDeleted = canBeDeleted
    }
}

extension BucketConfiguration {
    /// Nothing takes its place.
    public static var inactive: Self? { nil }

    /// No headers.
    public var headers: [(name: String, value: String)] { [] }

    /// Nothing is in headers.
    public mutating func read(_ header: (String) -> String?) {}
}

extension BucketConfiguration where Self: S3Mapped {
    /// Reads XML by ``S3Mapped/map(_:)``.
    public init(document: Chunk) throws(StoreError) {
        let root = try S3Element(answer: document, Self.subresource)
        do throws(XMLFault) {
            try self.init(element: root)
        } catch {
            throw StoreError(
                .invalidResponse, "the bucket's \(Self.subresource.name) configuration makes no sense: \(error)",
                operation: .administer, driver: "s3")
        }
    }

    /// Writes XML by ``S3Mapped/map(_:)``.
    public func document() throws(StoreError) -> Chunk {
        try element(Self.subresource.root).chunk(for: Self.subresource.name)
    }
}

extension S3Element {
    /// Reads an answer that must have this root.
    ///
    /// - Parameters:
    ///   - answer: The body.
    ///   - subresource: What was asked for.
    /// - Throws: `unsupported` for the answer to another question: a server that does not know a subresource takes the
    ///   request for one about the bucket itself. `invalidResponse` if it makes no sense.
    init(answer: Chunk, _ subresource: BucketSubresource) throws(StoreError) {
        let root: S3Element
        do throws(XMLError) {
            root = try answer.withUnsafeBytes { bytes throws(XMLError) in try S3Element.read(bytes) }
        } catch {
            throw StoreError(
                .invalidResponse, "the answer to ?\(subresource.name) makes no sense: \(error)", operation: .administer,
                driver: "s3", isRetryable: true)
        }
        // Moto names some of its answers after the operation.
        let isNamedAfterOperation = root.name.hasPrefix("GetBucket") && root.name.hasSuffix("Response")
        guard isNamedAfterOperation || root.name == subresource.root || subresource.otherRoots.contains(root.name)
        else {
            throw StoreError(
                .unsupported,
                "the service does not know ?\(subresource.name): it answered <\(root.name)>, which is about something"
                    + " else", operation: .administer, driver: "s3")
        }
        self = root
    }

    /// The document as a request's body.
    ///
    /// - Parameter subresource: What it is for, for the error.
    func chunk(for subresource: String) throws(StoreError) -> Chunk {
        do throws(XMLError) {
            return Chunk(try document())
        } catch {
            throw StoreError(
                .invalidArgument, "the \(subresource) configuration cannot be written: \(error)",
                operation: .administer,
                driver: "s3")
        }
    }
}
