import Coffer

/// Where a listing goes on: text that any process can use.
enum ListToken: Equatable {
    /// After this key.
    case after(String)
    /// After all keys that begin with this: it was given as a common prefix.
    case afterPrefix(String)

    /// Reads a token.
    ///
    /// - Parameter text: What ``text`` gave.
    /// - Throws: `invalidArgument` if it is none.
    init(_ text: String) throws(StoreError) {
        switch text.utf8.first {
        case UInt8(ascii: "k"): self = .after(String(text.dropFirst()))
        case UInt8(ascii: "p"): self = .afterPrefix(String(text.dropFirst()))
        default:
            throw StoreError(.invalidArgument, "the page token is not one that this driver gave")
        }
    }

    /// The token.
    var text: String {
        switch self {
        case .after(let key): "k" + key
        case .afterPrefix(let prefix): "p" + prefix
        }
    }
}
