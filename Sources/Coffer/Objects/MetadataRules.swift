extension ObjectMetadata {
    /// The most that the names and values of the user's pairs may have together, in bytes: the limit of S3.
    public static let maxUserBytes = 2048

    /// Checks every field and folds the names of the user's pairs to lower case.
    ///
    /// - Returns: The same metadata in its stored form.
    /// - Throws: `invalidArgument`, naming the field.
    func validated() throws(StoreError) -> ObjectMetadata {
        if isEmpty { return self }
        try Self.check(contentType, "contentType")
        try Self.check(contentDisposition, "contentDisposition")
        try Self.check(contentEncoding, "contentEncoding")
        try Self.check(contentLanguage, "contentLanguage")
        try Self.check(cacheControl, "cacheControl")
        if user.isEmpty { return self }
        var folded: [String: String] = [:]
        var total = 0
        for (name, value) in user {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
                throw StoreError(
                    .invalidArgument,
                    "metadata name '\(name)' is not allowed; use ASCII letters, digits, '-', '_' and '.'")
            }
            try Self.check(value, "metadata '\(name)'")
            if folded.updateValue(value, forKey: name.lowercased()) != nil {
                throw StoreError(
                    .invalidArgument, "metadata name '\(name)' occurs twice; names are compared without case")
            }
            total += name.utf8.count + value.utf8.count
        }
        guard total <= Self.maxUserBytes else {
            throw StoreError(
                .invalidArgument, "the user metadata has \(total) bytes; the limit is \(Self.maxUserBytes)")
        }
        var result = self
        result.user = folded
        return result
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// A control character would break out of a header; leading and trailing space would be lost in one.
    private static func check(_ value: String?, _ field: String) throws(StoreError) {
        guard let value else { return }
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw StoreError(.invalidArgument, "\(field) contains a control character")
        }
        if value.utf8.first == 0x20 || value.utf8.last == 0x20 {
            throw StoreError(.invalidArgument, "\(field) begins or ends with a space, which headers cannot keep")
        }
    }
}
