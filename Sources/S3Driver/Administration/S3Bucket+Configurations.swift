import Coffer
import HTTPTransport

extension S3Bucket {
    /// Asks for a configuration.
    ///
    /// - Parameter type: Which one, for instance `BucketLifecycle.self`.
    /// - Returns: The configuration; nil if the bucket has none.
    /// - Throws: `bucketNotFound`, `permissionDenied`; `unsupported` if the service does not have such configurations.
    @concurrent public func get<Configuration: BucketConfiguration>(
        _ type: Configuration.Type
    ) async throws(StoreError) -> Configuration? {
        let place = Configuration.subresource
        let answer: Answer
        do throws(StoreError) {
            answer = try await send(.configuration(.get, place))
        } catch {
            if let code = error.serviceCode, place.absent.contains(code) { return nil }
            throw error
        }
        // LocalStack, where there is none.
        if answer.body.isEmpty { return nil }
        var configuration = try Configuration(document: answer.body)
        configuration.read { answer.headers[$0] }
        return configuration
    }

    /// Sets a configuration: all of it, what was there before is gone.
    ///
    /// To change a part, ``get(_:)`` it, change it and set it: what this version of Coffer does not know of it is kept.
    ///
    /// - Parameters:
    ///   - configuration: The configuration.
    ///   - mfa: The code of a second factor, where the bucket wants one for a change of its versioning.
    /// - Throws: `invalidArgument` if the service does not like it, `bucketNotFound`, `permissionDenied`; `unsupported`
    ///   if the service does not have such configurations.
    @concurrent public func set<Configuration: BucketConfiguration>(
        _ configuration: Configuration, mfa: MFACode? = nil
    ) async throws(StoreError) {
        var request = S3Request.configuration(.put, Configuration.subresource)
        request.set(
            try configuration.document(), Configuration.subresource.contentType, client.settings)
        request.headers += configuration.headers
        if let mfa { request.headers.append(mfa.header) }
        do throws(StoreError) {
            _ = try await send(request)
        } catch {
            // A service that does not know the subresource takes the request for one that makes the bucket.
            if error.code == .invalidArgument || error.code == .conflict || error.code == .alreadyExists {
                try await checkIsKnown(Configuration.self)
            }
            throw error
        }
    }

    /// Throws `unsupported` if the service answers something else when it is asked for a configuration.
    private func checkIsKnown<Configuration: BucketConfiguration>(_ type: Configuration.Type) async throws(StoreError) {
        do throws(StoreError) {
            _ = try await get(type)
        } catch {
            if error.code == .unsupported { throw error }
        }
    }

    /// Takes a configuration away; that there is none is no error. Where the service cannot delete it, the configuration
    /// that does nothing is set.
    ///
    /// - Parameters:
    ///   - type: Which one.
    ///   - mfa: The code of a second factor, where the bucket wants one for a change of its versioning.
    /// - Throws: `unsupported` if it cannot be taken away; what ``set(_:mfa:)`` throws.
    @concurrent public func remove<Configuration: BucketConfiguration>(
        _ type: Configuration.Type, mfa: MFACode? = nil
    ) async throws(StoreError) {
        let place = Configuration.subresource
        if let inactive = Configuration.inactive { return try await set(inactive, mfa: mfa) }
        guard place.canBeDeleted else {
            throw StoreError(
                .unsupported, "the \(place.name) configuration of a bucket cannot be removed, only replaced",
                operation: .administer, driver: "s3")
        }
        // A service that does not know the subresource would take the request for one that removes the bucket.
        guard try await get(type) != nil else { return }
        do throws(StoreError) {
            _ = try await send(.configuration(.delete, place))
        } catch {
            if let code = error.serviceCode, place.absent.contains(code) { return }
            throw error
        }
    }
}

extension S3Request {
    /// A request about a configuration of a bucket.
    ///
    /// - Parameters:
    ///   - method: What is done with it.
    ///   - subresource: Which configuration.
    static func configuration(_ method: HTTPMethod, _ subresource: BucketSubresource) -> S3Request {
        var request = S3Request(.administer, method, .bucket)
        request.query = [(subresource.name, "")]
        return request
    }

    /// Gives the request a document as its body. It needs a digest: a checksum where the store is set up to send them,
    /// else `Content-MD5`, which every server takes. Source: S3 API reference.
    mutating func set(_ document: Chunk, _ contentType: String, _ settings: S3Settings) {
        body = Payload(document)
        signsBody = true
        checksum = settings.checksumPlan(nil)
        sendsMD5 = checksum == nil
        headers.append(("content-type", contentType))
    }
}
