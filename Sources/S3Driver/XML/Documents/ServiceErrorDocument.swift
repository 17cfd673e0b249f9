/// The error that a service sends instead of an answer. Source: "Error responses", S3 API reference.
struct ServiceErrorDocument: XMLDocument, Hashable {
    /// The kind, for instance `NoSuchKey`.
    var code = ""
    /// The service's own words.
    var message = ""
    /// Which key it is about.
    var key: String?
    /// Which bucket it is about.
    var bucketName: String?
    /// The region that the request should have been signed for or sent to.
    var region: String?
    /// The endpoint that the request should have been sent to.
    var endpoint: String?
    /// Which condition did not hold.
    var condition: String?
    /// The service's identifier of the request.
    var requestID: String?
    /// A second identifier, for AWS's support.
    var hostID: String?
    /// The service's time, where clocks differ too much.
    var serverTime: String?

    enum Tag: String, CaseIterable {
        case error = "Error"
        case code = "Code"
        case message = "Message"
        case key = "Key"
        case bucketName = "BucketName"
        case region = "Region"
        case endpoint = "Endpoint"
        case condition = "Condition"
        case requestID = "RequestId"
        case hostID = "HostId"
        case serverTime = "ServerTime"
    }

    static let names = XMLNames<Tag>()
    static let roots = [Tag.error]

    mutating func end(_ tag: Tag, in parent: Tag?, _ text: XMLText) {
        switch (parent, tag) {
        case (.error, .code): code = text.string
        case (.error, .message): message = text.string
        case (.error, .key): key = text.string
        case (.error, .bucketName): bucketName = text.string
        case (.error, .region): region = text.string
        case (.error, .endpoint): endpoint = text.string
        case (.error, .condition): condition = text.string
        case (.error, .requestID): requestID = text.string
        case (.error, .hostID): hostID = text.string
        case (.error, .serverTime): serverTime = text.string
        default: break
        }
    }
}
