import Coffer
import HTTPTransport

extension S3Driver: PresignPostDriver {
    /// Makes a form; nothing is sent.
    public func presignPost(_ key: PostKey, _ options: PostOptions) async throws(StoreError) -> PresignedPost {
        let (route, signer, now) = try await presigning(nil)
        let start = options.date ?? now
        let form = try PostForm(key, options, bucket: settings.bucket)
        let signed = try signer.sign(
            form.conditions, at: start, expires: start.advanced(by: options.expiresIn))
        return PresignedPost(
            url: route.origin.scheme.rawValue + "://" + route.origin.authority + route.path(.bucket),
            fields: form.fields + signed, expires: signer.expiry(start.advanced(by: options.expiresIn)))
    }
}

/// The fields of an upload form that come filled in, and what the policy says of all.
struct PostForm {
    private(set) var fields: [PresignedPost.Field] = []
    private(set) var conditions: [PostPolicy.Condition] = []

    init(_ key: PostKey, _ options: PostOptions, bucket: String) throws(StoreError) {
        let named = options.fields.map { (name: $0.key.formName, condition: $0.value) }.sorted { $0.name < $1.name }
        for (index, field) in named.enumerated() {
            try Self.check(field.name)
            if index > 0, named[index - 1].name.lowercased() == field.name.lowercased() {
                throw StoreError(.invalidArgument, "the form's field '\(field.name)' is given twice")
            }
            add(field.name, field.condition)
        }
        if let status = options.successStatus { add("success_action_status", .exactly(String(status))) }
        if let place = options.successRedirect { add("success_action_redirect", .exactly(place)) }
        if let size = options.size { conditions.append(.size(size)) }
        conditions.append(.equal("bucket", bucket))
        switch key {
        case .exactly(let key): add("key", .exactly(key.string))
        case .startingWith(let prefix):
            conditions.append(.startsWith("key", prefix))
            fields.append(.init(name: "key", value: prefix + "${filename}"))
        }
    }

    private mutating func add(_ name: String, _ condition: PostCondition) {
        switch condition {
        case .exactly(let value):
            fields.append(.init(name: name, value: value))
            conditions.append(.equal(name, value))
        case .startingWith(let value): conditions.append(.startsWith(name, value))
        }
    }

    /// The fields that are made here.
    private static let own: Set<String> = [
        "key", "bucket", "policy", "file", "content-length-range", "x-amz-algorithm", "x-amz-credential", "x-amz-date",
        "x-amz-security-token", "x-amz-signature", "success_action_status", "success_action_redirect",
    ]

    private static func check(_ name: String) throws(StoreError) {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }) else {
            throw StoreError(.invalidArgument, "a form's field has a name of printable ASCII; '\(name)' is none")
        }
        if own.contains(name.lowercased()) {
            throw StoreError(
                .invalidArgument, "the form's field '\(name)' is made by key and options; do not give it as a field")
        }
    }
}

extension PostField {
    /// The field's name in the form. Source: S3 API reference, "POST Object".
    var formName: String {
        switch self {
        case .contentType: "Content-Type"
        case .contentDisposition: "Content-Disposition"
        case .contentEncoding: "Content-Encoding"
        case .cacheControl: "Cache-Control"
        case .expires: "Expires"
        case .acl: "acl"
        case .storageClass: "x-amz-storage-class"
        case .metadata(let name): MetadataHeaders.userPrefix + name
        case .checksum(let algorithm): algorithm.header
        case .other(let name): name
        }
    }
}
