extension HTTPHeaders {
    /// Gives the fields whose name begins with a text, in order: for families of headers such as `x-amz-meta-`.
    ///
    /// - Parameters:
    ///   - prefix: The beginning of the name, in ASCII; the case of letters does not matter.
    ///   - body: Gets the rest of the name, in lower case, and the value.
    /// - Complexity: O(number of fields); makes strings of the fields that match only.
    public func forEach(withPrefix prefix: String, _ body: (_ name: String, _ value: String) -> Void) {
        var prefix = prefix
        prefix.withUTF8 { wanted in
            guard let other = wanted.baseAddress else { return }
            bytes.withUnsafeBytes { all in
                for field in fields where Int(field.nameCount) >= wanted.count {
                    guard let start = all.baseAddress, equalIgnoringCase(start + Int(field.name), other, wanted.count)
                    else { continue }
                    let end = Int(field.name) + Int(field.nameCount)
                    let name = all[(Int(field.name) + wanted.count)..<end].lazy.map {
                        $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0
                    }
                    let value = all[Int(field.value)..<(Int(field.value) + Int(field.valueCount))]
                    body(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
                }
            }
        }
    }
}
