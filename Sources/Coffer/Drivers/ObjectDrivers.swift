/// A driver whose objects have tags: pairs that can be changed without the object being written.
public protocol TagsDriver: Driver {
    /// Asks for an object's tags.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Returns: All tags; empty for an object without.
    /// - Throws: `notFound`, …
    func tags(of key: Key, version: String?) async throws(StoreError) -> [String: String]

    /// Replaces all tags of an object; neither its ETag nor its time changes.
    ///
    /// - Parameters:
    ///   - tags: The new tags, checked by ``Store``; empty for none.
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Throws: `notFound`, …
    func setTags(_ tags: [String: String], of key: Key, version: String?) async throws(StoreError)
}

/// A driver that can forbid that versions of objects are deleted.
public protocol ObjectLockDriver: Driver {
    /// Asks how long a version must not be deleted.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    /// - Returns: Nil if it may be.
    func retention(of key: Key, version: String?) async throws(StoreError) -> Retention?

    /// Says how long a version must not be deleted.
    ///
    /// - Parameters:
    ///   - retention: Until when, and who can change that; nil for no longer.
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    ///   - bypassesGovernance: Whether a retention in governance mode may be shortened or taken away.
    func setRetention(
        _ retention: Retention?, of key: Key, version: String?, bypassesGovernance: Bool
    ) async throws(StoreError)

    /// Asks whether a version must not be deleted until further notice.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    func legalHold(of key: Key, version: String?) async throws(StoreError) -> Bool

    /// Says whether a version must not be deleted until further notice.
    ///
    /// - Parameters:
    ///   - isHeld: Whether it must not.
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    func setLegalHold(_ isHeld: Bool, of key: Key, version: String?) async throws(StoreError)
}

/// A driver whose objects can be in an archive, from which they have to be fetched before they can be read.
public protocol RestoreDriver: Driver {
    /// Asks for a copy of an archived object that can be read, or that such a copy stays for longer.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - version: The version; nil for the current one.
    ///   - days: How many days the copy stays; nil where the archive knows no copies.
    ///   - tier: How soon; nil for the service's choice.
    /// - Returns: Whether the object can be read already.
    func restore(
        _ key: Key, version: String?, days: Int?, tier: RestoreTier?
    ) async throws(StoreError) -> Bool
}
