extension Store {
    /// Who may read an object, as far as that is said of the object itself: policies may allow or forbid more.
    ///
    /// - Parameter key: The object's key.
    /// - Throws: `unsupported` if the driver has no such thing, `notFound`.
    @concurrent public func visibility(of key: Key) async throws(StoreError) -> Visibility {
        try await perform(.visibility, key) { () async throws(StoreError) in
            try check(key)
            guard let driver = facets.visibility else { throw unsupported("visibility") }
            return try await driver.visibility(of: key)
        }
    }

    /// Says who may read an object. An object that is written anew has the visibility that the write says, or else the
    /// service's own.
    ///
    /// - Parameters:
    ///   - visibility: Who.
    ///   - key: The object's key.
    /// - Throws: `unsupported` if the driver has no such thing, or the service forbids it; `notFound`,
    ///   `permissionDenied`.
    @concurrent public func setVisibility(_ visibility: Visibility, of key: Key) async throws(StoreError) {
        try await perform(.setVisibility, key) { () async throws(StoreError) in
            try check(key)
            guard let driver = facets.visibility else { throw unsupported("visibility") }
            try await driver.setVisibility(visibility, of: key)
        }
    }

    /// Makes the URL of an object, without a signature: good for objects that everybody may read. Nothing is sent, and
    /// nobody looks whether the object is there or can be read.
    ///
    /// - Parameter key: The object's key.
    /// - Throws: `unsupported` if the driver has no URLs.
    @concurrent public func publicURL(_ key: Key) async throws(StoreError) -> String {
        try await perform(.publicURL, key) { () async throws(StoreError) in
            try check(key)
            guard let driver = facets.publicURL else { throw unsupported("public URLs") }
            return try await driver.publicURL(key)
        }
    }
}
