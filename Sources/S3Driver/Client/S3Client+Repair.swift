import Coffer
import HTTPTransport

/// What has been tried to save a request; each remedy is tried once.
struct S3Repair {
    var hasMoved = false
    var hasSetClock = false
    var hasMadeBucket = false
    var hasRefreshed = false
}

extension S3Client {
    /// From this difference on, in seconds, clocks are to blame. Source: AWS SDKs; the service allows 15 minutes.
    private static let skewThreshold: Int64 = 300

    /// Tries to take away the reason of a refusal.
    ///
    /// - Returns: Whether the request is worth sending again.
    func mend(
        _ fault: S3Fault, _ request: S3Request, _ attempt: Attempt, _ repair: inout S3Repair
    ) async throws(StoreError) -> Bool {
        if !repair.hasSetClock, setClock(fault, attempt) {
            repair.hasSetClock = true
            return true
        }
        if !repair.hasMoved, fault.mayBeInAnotherRegion, let region = try await findRegion(fault, attempt) {
            repair.hasMoved = true
            move(to: region)
            return true
        }
        if !repair.hasRefreshed, fault.saysExpired, try await credentials.refresh(attempt.credentials) {
            repair.hasRefreshed = true
            return true
        }
        if !repair.hasMadeBucket, settings.createsBucket, fault.code == "NoSuchBucket" {
            repair.hasMadeBucket = true
            try await createBucket()
            return true
        }
        return false
    }

    /// Learns the server's clock if a difference may be why it refused.
    private func setClock(_ fault: S3Fault, _ attempt: Attempt) -> Bool {
        guard fault.mayBeSkew, let date = fault.date else { return false }
        let difference = date.seconds - attempt.signedAt.seconds
        guard abs(difference) > Self.skewThreshold else { return false }
        state.withLock { $0.skew += difference }
        return true
    }

    /// Finds the bucket's region: as the refusal says, else by asking for the bucket's head.
    ///
    /// - Returns: A region other than the one that was tried; nil if there is nothing new.
    private func findRegion(_ fault: S3Fault, _ attempt: Attempt) async throws(StoreError) -> String? {
        // Another request may have learned it meanwhile.
        let current = state.withLock { $0.route.region }
        if current != attempt.route.region { return current }
        var region = fault.region
        if region == nil, settings.endpoint.isAWS {
            let head = try await exchange(.headBucket())
            region = head.response.headers["x-amz-bucket-region"]
        }
        if case .accessPoint = settings.place.bucket { return nil }
        guard let region, region != current, !region.isEmpty, region.utf8.count < 64 else { return nil }
        return region
    }

    /// Sends further requests to another region.
    func move(to region: String) {
        let route = S3Route(settings.place, region: region)
        state.withLock { state in
            state.route = route
            state.knowsRegion = true
        }
    }

    /// Makes the bucket; that somebody else made it meanwhile is as good.
    private func createBucket() async throws(StoreError) {
        let region = state.withLock { $0.route.region }
        let constraint = settings.endpoint.isAWS && region != "us-east-1" ? region : nil
        var fault = try await create(constraint)
        // Some servers of one's own want the region, others none.
        if constraint == nil, let code = fault?.code,
            code == "IllegalLocationConstraintException" || code == "InvalidLocationConstraint"
        {
            fault = try await create(region)
        }
        guard let fault else { return }
        switch fault.code {
        case "BucketAlreadyOwnedByYou", "BucketAlreadyExists", "OperationAborted": return
        default: throw fault.error(.open, key: nil, bucket: settings.bucket)
        }
    }

    private func create(_ constraint: String?) async throws(StoreError) -> S3Fault? {
        let attempt = try await exchange(try .createBucket(constraint))
        return attempt.response.isSuccess ? nil : await fault(attempt.response)
    }
}

extension S3Fault {
    /// Whether the bucket may be in another region.
    var mayBeInAnotherRegion: Bool {
        switch status {
        case 301, 302, 307, 308: return true
        case 400, 403: break
        default: return false
        }
        switch code {
        case "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError", "PermanentRedirect", "Redirect",
            "TemporaryRedirect", "IllegalLocationConstraintException", "IncorrectEndpoint":
            return true
        case nil: return true
        default: return region != nil && status == 400
        }
    }

    /// Whether the credentials have expired.
    var saysExpired: Bool {
        if credentialsEnded != nil { return true }
        return switch code {
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired": true
        default: false
        }
    }

    /// Whether a wrong clock may be why the server refused.
    var mayBeSkew: Bool {
        switch code {
        case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "SignatureDoesNotMatch",
            "InvalidSignatureException", "AuthFailure":
            true
        // Some servers say no more than that; a HEAD says nothing at all.
        case "AccessDenied", nil: status == 403
        default: false
        }
    }
}
