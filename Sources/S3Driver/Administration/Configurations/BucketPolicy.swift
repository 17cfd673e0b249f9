import Coffer

/// Who may do what with a bucket and its objects, as the service's policy language says it. Source: S3 user guide,
/// "Policies and permissions in Amazon S3".
public struct BucketPolicy: BucketConfiguration {
    /// The policy, in JSON.
    public var json: String
    /// Whether a policy may be set that keeps whoever sets it from changing it again. Source:
    /// `x-amz-confirm-remove-self-bucket-access`.
    public var confirmsRemovalOfOwnAccess: Bool

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - json: The policy, in JSON.
    ///   - confirmsRemovalOfOwnAccess: Whether it may keep whoever sets it from changing it again.
    public init(json: String, confirmsRemovalOfOwnAccess: Bool = false) {
        self.json = json
        self.confirmsRemovalOfOwnAccess = confirmsRemovalOfOwnAccess
    }

    /// The subresource `policy`.
    public static let subresource: BucketSubresource = {
        var place = BucketSubresource("policy", root: "", absent: ["NoSuchBucketPolicy"])
        place.contentType = "application/json"
        return place
    }()

    /// The answer is the policy as it was set.
    public init(document: Chunk) throws(StoreError) {
        guard let text = document.utf8String else {
            throw StoreError(
                .invalidResponse, "the bucket's policy is not UTF-8", operation: .administer, driver: "s3",
                isRetryable: true)
        }
        if text.utf8.first == UInt8(ascii: "<") {
            _ = try S3Element(answer: document, Self.subresource)
        }
        self.init(json: text)
    }

    /// The policy as it is; that it is JSON is checked, for some services take anything.
    public func document() throws(StoreError) -> Chunk {
        do throws(JSONParser.Fault) {
            _ = try JSONParser.parse(Array(json.utf8))
        } catch {
            throw StoreError(
                .invalidArgument, "the policy is no JSON: it makes no sense from byte \(error.offset) on",
                operation: .administer, driver: "s3")
        }
        return Chunk(json)
    }

    /// The confirmation goes in a header.
    public var headers: [(name: String, value: String)] {
        confirmsRemovalOfOwnAccess ? [("x-amz-confirm-remove-self-bucket-access", "true")] : []
    }
}

extension S3Bucket {
    /// Whether the bucket's policy makes it public, as the service sees it.
    ///
    /// - Returns: Nil if the bucket has no policy.
    /// - Throws: `unsupported` if the service does not say.
    @concurrent public func isPolicyPublic() async throws(StoreError) -> Bool? {
        var request = S3Request(.administer, .get, .bucket)
        request.query = [("policyStatus", "")]
        let answer: Answer
        do throws(StoreError) {
            answer = try await send(request)
        } catch {
            if error.serviceCode == "NoSuchBucketPolicy" { return nil }
            throw error
        }
        let status = try S3Element(
            answer: answer.body, BucketSubresource("policyStatus", root: "PolicyStatus"))
        guard let element = status.first("IsPublic") else { return false }
        do throws(XMLFault) {
            return try Bool(element: element)
        } catch {
            throw StoreError(
                .invalidResponse, "the service's answer to ?policyStatus makes no sense: \(error)",
                operation: .administer, driver: "s3", isRetryable: true)
        }
    }
}
