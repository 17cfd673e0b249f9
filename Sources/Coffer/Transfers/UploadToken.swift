/// What a process needs to go on with an upload that another one began: plain text without secrets.
///
/// ```
/// coffer-upload-1?driver=s3&key=backup.tar&id=2~Ym…&size=3221225472&part=8388608&time=1790000000.5&sum=5e0c…
/// ```
public struct UploadToken: Sendable, Hashable {
    /// The driver of the store that the upload belongs to.
    public let driver: String
    /// The upload.
    public let upload: UploadID
    /// The size of the whole object in bytes.
    public let size: Int64
    /// The size of each part but the last, in bytes.
    public let partSize: Int64
    /// What has to be true of the present object when the upload is completed.
    public let condition: WriteCondition
    /// When the source was last modified, where it is a file.
    public let sourceModified: Timestamp?
    /// Whether whoever goes on has to give the customer's key that the upload was begun with: the text does not hold it.
    public let needsCustomerKey: Bool

    private static let format = "coffer-upload-1"

    init(
        driver: String, upload: UploadID, size: Int64, partSize: Int64, condition: WriteCondition,
        sourceModified: Timestamp?
    ) {
        self.driver = driver
        self.upload = upload
        self.size = size
        self.partSize = partSize
        self.condition = condition
        self.sourceModified = sourceModified
        needsCustomerKey = upload.encryption?.customerKey != nil
    }

    /// The token with the key that its text does not hold.
    ///
    /// - Parameter encryption: What the caller who goes on gave.
    /// - Throws: `invalidArgument` if a customer's key is needed and missing.
    func unlocked(by encryption: ServerSideEncryption?) throws(StoreError) -> UploadToken {
        guard needsCustomerKey else { return self }
        var upload = upload
        if let key = encryption?.customerKey { upload.encryption = .customerKey(key) }
        guard upload.encryption != nil else {
            throw StoreError(
                .invalidArgument,
                "the upload was begun with a customer's key, which the token does not hold; give the same encryption again"
            )
        }
        return UploadToken(
            driver: driver, upload: upload, size: size, partSize: partSize, condition: condition,
            sourceModified: sourceModified)
    }

    /// The token as one line of printable ASCII.
    public var text: String {
        var fields = [
            ("driver", driver), ("key", upload.key.string), ("id", upload.id), ("size", String(size)),
            ("part", String(partSize)),
        ]
        switch condition {
        case .none: break
        case .absent: fields.append(("if", "absent"))
        case .matches(let etag): fields.append(("if", "match:" + etag.value))
        }
        switch upload.checksum {
        case nil: break
        case .algorithm(let algorithm): fields.append(("check", algorithm.rawValue))
        case .value(let checksum): fields.append(("check", checksum.algorithm.rawValue + ":" + checksum.base64))
        }
        if needsCustomerKey { fields.append(("enc", "customer")) }
        if upload.isLocking { fields.append(("lock", "1")) }
        if let time = sourceModified { fields.append(("time", "\(time.seconds).\(time.nanoseconds)")) }
        let body = Self.format + "?" + fields.map { $0 + "=" + Self.escape($1) }.joined(separator: "&")
        return body + "&sum=" + Self.sum(body)
    }

    /// Reads a token.
    ///
    /// - Parameter text: What ``text`` gave; white space around it is ignored.
    /// - Throws: `invalidArgument` if it is no token, was cut short or changed, or is of a later version.
    public init(_ text: String) throws(StoreError) {
        let trimmed = Self.trim(text)
        guard let question = trimmed.utf8.firstIndex(of: UInt8(ascii: "?")), trimmed.hasPrefix("coffer-upload-") else {
            throw Self.fault("it does not begin with '\(Self.format)?'")
        }
        guard trimmed[..<question] == Self.format else {
            throw Self.fault("it is of the version '\(trimmed[..<question])', and this program knows '\(Self.format)'")
        }
        guard let mark = trimmed.firstRange(of: "&sum="),
            Self.sum(String(trimmed[..<mark.lowerBound])) == trimmed[mark.upperBound...]
        else { throw Self.fault("it was cut short or changed") }
        var fields: [String: String] = [:]
        for field in trimmed[trimmed.utf8.index(after: question)..<mark.lowerBound].split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = Self.unescape(parts[1]) else { throw Self.fault("a field is damaged") }
            fields[String(parts[0])] = value
        }
        guard let driver = fields["driver"], let key = fields["key"], let id = fields["id"], !id.isEmpty,
            let size = fields["size"].flatMap({ Int64($0) }), size >= 0,
            let partSize = fields["part"].flatMap({ Int64($0) }), partSize > 0
        else { throw Self.fault("a field is missing") }
        self.driver = driver
        var upload = UploadID(key: Key(key), id: id, checksum: try fields["check"].map(Self.checksum))
        upload.isLocking = fields["lock"] == "1"
        self.upload = upload
        needsCustomerKey = fields["enc"] == "customer"
        self.size = size
        self.partSize = partSize
        condition = try Self.condition(fields["if"])
        sourceModified = try fields["time"].map { text throws(StoreError) in try Self.time(text) }
    }

    private static func condition(_ text: String?) throws(StoreError) -> WriteCondition {
        guard let text else { return .none }
        if text == "absent" { return .absent }
        guard text.hasPrefix("match:") else { throw fault("its condition is unknown") }
        return .matches(ETag(String(text.dropFirst(6))))
    }

    private static func checksum(_ text: String) throws(StoreError) -> WriteChecksum {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let algorithm = parts.first.flatMap({ ChecksumAlgorithm(rawValue: String($0)) }) else {
            throw fault("its checksum is of an unknown kind")
        }
        guard parts.count == 2 else { return .algorithm(algorithm) }
        guard let value = Checksum(algorithm, base64: String(parts[1])) else { throw fault("its checksum is damaged") }
        return .value(value)
    }

    private static func time(_ text: String) throws(StoreError) -> Timestamp {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let seconds = Int64(parts[0]), let nanoseconds = Int32(parts[1]) else {
            throw fault("its time is damaged")
        }
        return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    }

    private static func fault(_ why: String) -> StoreError {
        StoreError(.invalidArgument, "this is no token of an upload: \(why)")
    }
}

extension UploadToken: CustomStringConvertible {
    /// The token as one line.
    public var description: String { text }
}

// MARK: Text

extension UploadToken {
    /// A check sum against cut and damaged text, not against forgery. Source: FNV-1a, 64 bits.
    private static func sum(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    private static func trim(_ text: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || [45, 46, 47, 95, 126].contains(byte)
    }

    private static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 37 else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
