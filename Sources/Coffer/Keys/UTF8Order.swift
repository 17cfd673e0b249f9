import Glibc

/// Comparison of strings by their UTF-8 bytes, the order of keys on every driver.
public enum UTF8Order {
    /// Less than zero, zero or more than zero, as `memcmp` of the bytes; a proper prefix sorts first.
    ///
    /// - Parameters:
    ///   - a: The left side.
    ///   - b: The right side.
    public static func compare(_ a: String, _ b: String) -> Int {
        var a = a
        var b = b
        return a.withUTF8 { left in
            b.withUTF8 { right in
                let common = min(left.count, right.count)
                if common > 0, let l = left.baseAddress, let r = right.baseAddress {
                    let order = memcmp(l, r, common)
                    if order != 0 { return Int(order) }
                }
                return left.count - right.count
            }
        }
    }

    /// Whether both have the same bytes.
    ///
    /// - Parameters:
    ///   - a: One side.
    ///   - b: The other.
    public static func areEqual(_ a: String, _ b: String) -> Bool { compare(a, b) == 0 }

    /// Whether the bytes of `text` begin with those of `prefix`.
    ///
    /// - Parameters:
    ///   - text: What is looked at.
    ///   - prefix: What it may begin with.
    public static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
        var text = text
        var prefix = prefix
        return text.withUTF8 { whole in
            prefix.withUTF8 { start in
                guard whole.count >= start.count else { return false }
                guard start.count > 0, let w = whole.baseAddress, let s = start.baseAddress else { return true }
                return memcmp(w, s, start.count) == 0
            }
        }
    }
}
