extension HTTPHeaders {
    /// Gives the fields whose name begins with a text, in order: for families of headers such as `x-amz-meta-`.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the name, in ASCII; the case of letters does not matter.
    ///   - body: Gets the rest of the name, in lower case, and the value.
    /// - Complexity: O(number of fields); makes strings of the fields that match only.
    public func forEach(withPrefix prefix: String, _ body: (_ name: String, _ value: String) -> Void) {
        forEachField(withPrefix: prefix) { name, value in
            let name = name.lazy.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }
            body(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
    }

    /// Lends the fields whose name begins with a text, in order, without making strings.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the name, in ASCII; the case of letters does not matter.
    ///   - body: Gets the rest of the name as it came, and the value; the pointers are not valid afterwards.
    /// - Complexity: O(number of fields).
    public func forEachField(
        withPrefix prefix: String, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) {
        var prefix = prefix
        prefix.withUTF8 { wanted in
            guard let other = wanted.baseAddress else { return }
            bytes.withUnsafeBytes { all in
                for field in fields where Int(field.nameCount) >= wanted.count {
                    guard let start = all.baseAddress, equalIgnoringCase(start + Int(field.name), other, wanted.count)
                    else { continue }
                    let end = Int(field.name) + Int(field.nameCount)
                    let name = UnsafeRawBufferPointer(rebasing: all[(Int(field.name) + wanted.count)..<end])
                    let valueEnd = Int(field.value) + Int(field.valueCount)
                    body(name, UnsafeRawBufferPointer(rebasing: all[Int(field.value)..<valueEnd]))
                }
            }
        }
    }
}
