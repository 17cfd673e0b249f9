import Coffer

extension S3Request {
    /// PutObjectRetention.
    ///
    /// - Throws: `invalidArgument` for text that XML cannot carry.
    static func putRetention(
        _ key: Key, _ version: String?, _ retention: Retention?, bypassesGovernance: Bool
    ) throws(StoreError) -> S3Request {
        var request = subresource("retention", .setRetention, .put, key, version)
        try request.setXML { () throws(XMLError) in
            var xml = XMLWriter("Retention")
            if let retention {
                try xml.element("Mode", retention.mode.rawValue)
                try xml.element("RetainUntilDate", retention.until.iso8601)
            }
            return xml.finish()
        }
        if bypassesGovernance { request.headers.append(("x-amz-bypass-governance-retention", "true")) }
        return request
    }

    /// PutObjectLegalHold.
    ///
    /// - Throws: `invalidArgument` for text that XML cannot carry.
    static func putLegalHold(_ key: Key, _ version: String?, _ isHeld: Bool) throws(StoreError) -> S3Request {
        var request = subresource("legal-hold", .setLegalHold, .put, key, version)
        try request.setXML { () throws(XMLError) in
            var xml = XMLWriter("LegalHold")
            try xml.element("Status", isHeld ? "ON" : "OFF")
            return xml.finish()
        }
        return request
    }
}

extension S3Driver: ObjectLockDriver {
    /// Asks how long a version must not be deleted.
    public func retention(of key: Key, version: String?) async throws(StoreError) -> Retention? {
        do throws(StoreError) {
            let request = S3Request.subresource("retention", .retention, .get, key, version)
            return try await client.send(request, reading: ObjectRetention.self).document.retention
        } catch {
            if Self.saysUnlocked(error) { return nil }
            throw Self.lockFault(error)
        }
    }

    /// Says how long a version must not be deleted.
    public func setRetention(
        _ retention: Retention?, of key: Key, version: String?, bypassesGovernance: Bool
    ) async throws(StoreError) {
        let request = try S3Request.putRetention(key, version, retention, bypassesGovernance: bypassesGovernance)
        do throws(StoreError) { _ = try await client.send(request) } catch { throw Self.lockFault(error) }
    }

    /// Asks whether a version must not be deleted until further notice.
    public func legalHold(of key: Key, version: String?) async throws(StoreError) -> Bool {
        do throws(StoreError) {
            let request = S3Request.subresource("legal-hold", .legalHold, .get, key, version)
            return try await client.send(request, reading: ObjectLegalHold.self).document.isHeld
        } catch {
            if Self.saysUnlocked(error) { return false }
            throw Self.lockFault(error)
        }
    }

    /// Says whether a version must not be deleted until further notice.
    public func setLegalHold(_ isHeld: Bool, of key: Key, version: String?) async throws(StoreError) {
        let request = try S3Request.putLegalHold(key, version, isHeld)
        do throws(StoreError) { _ = try await client.send(request) } catch { throw Self.lockFault(error) }
    }

    /// Whether the object is simply not locked. Ceph has the code of a bucket without object lock for that.
    private static func saysUnlocked(_ error: StoreError) -> Bool {
        error.serviceCode == "NoSuchObjectLockConfiguration"
            || error.serviceCode == "ObjectLockConfigurationNotFoundError"
    }

    /// The error with what to do where the bucket has no object lock, which the services' words do not say.
    private static func lockFault(_ error: StoreError) -> StoreError {
        guard error.serviceCode == "InvalidRequest", error.message.lowercased().contains("lock") else { return error }
        return StoreError(
            .unsupported,
            "the bucket has no object lock, which is turned on when a bucket is made: \(error.message)",
            operation: error.operation, key: error.key, driver: error.driver, httpStatus: error.httpStatus,
            serviceCode: error.serviceCode, requestID: error.requestID)
    }
}
