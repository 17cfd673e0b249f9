/// Who may read an object.
public enum Visibility: String, Sendable, Hashable, CaseIterable {
    /// Whoever has credentials that allow it.
    case `private`
    /// Everybody, without credentials.
    case `public`
}
