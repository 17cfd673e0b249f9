/// Who is told of what happens to objects. Source: `NotificationConfiguration`, S3 API reference.
public struct BucketNotification: BucketConfiguration, S3Mapped {
    /// Topics that get messages.
    public var topics: [NotificationTarget]
    /// Queues that get messages.
    public var queues: [NotificationTarget]
    /// Functions that are called.
    public var functions: [NotificationTarget]
    /// Whether all events go to EventBridge.
    public var usesEventBridge: Bool
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a configuration; everything is optional.
    ///
    /// - Parameters:
    ///   - topics: Topics that get messages.
    ///   - queues: Queues that get messages.
    ///   - functions: Functions that are called.
    ///   - usesEventBridge: Whether all events go to EventBridge.
    public init(
        topics: [NotificationTarget] = [], queues: [NotificationTarget] = [], functions: [NotificationTarget] = [],
        usesEventBridge: Bool = false
    ) {
        self.topics = topics
        self.queues = queues
        self.functions = functions
        self.usesEventBridge = usesEventBridge
    }

    /// Nobody is told.
    public init() { self.init(topics: []) }

    /// The subresource `notification`.
    public static let subresource = BucketSubresource(
        "notification", root: "NotificationConfiguration", canBeDeleted: false)
    /// Nobody is told.
    public static var inactive: BucketNotification? { BucketNotification() }

    /// The elements; each kind of target names its ARN in its own way.
    public mutating func map(_ xml: inout S3Mapping) {
        Self.map("TopicConfiguration", "Topic", &topics, &xml)
        Self.map("QueueConfiguration", "Queue", &queues, &xml)
        Self.map("CloudFunctionConfiguration", "CloudFunction", &functions, &xml)
        xml.presence("EventBridgeConfiguration", &usesEventBridge)
    }

    private static func map(
        _ name: String, _ kind: String, _ targets: inout [NotificationTarget], _ xml: inout S3Mapping
    ) {
        if !xml.isReading {
            for index in targets.indices { targets[index].kind = kind }
        }
        xml.children(name, &targets)
    }
}

/// A topic, a queue or a function, and what it is told of.
public struct NotificationTarget: S3Mapped {
    /// The name of the rule: up to 255 characters.
    public var id: String?
    /// The ARN of topic, queue or function.
    public var arn: String
    /// The events, for instance `s3:ObjectCreated:*`.
    public var events: [String]
    /// Which objects: conditions on their keys, all of which must be true.
    public var filter: [NotificationFilterRule]
    /// Elements that this version does not know.
    public var unknown = UnknownElements()
    /// How the ARN's element is called.
    var kind = ""

    /// Makes a target.
    ///
    /// - Parameters:
    ///   - arn: The ARN of topic, queue or function.
    ///   - events: The events.
    ///   - id: The name of the rule.
    ///   - prefix: The beginning of the keys.
    ///   - suffix: The end of the keys.
    public init(_ arn: String, on events: [String], id: String? = nil, prefix: String? = nil, suffix: String? = nil) {
        self.id = id
        self.arn = arn
        self.events = events
        filter = []
        if let prefix { filter.append(NotificationFilterRule("prefix", prefix)) }
        if let suffix { filter.append(NotificationFilterRule("suffix", suffix)) }
    }

    /// What a target is read into.
    public init() { self.init("", on: []) }

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Id", &id)
        for name in xml.isReading ? ["Topic", "Queue", "CloudFunction"] : [kind] {
            var found: String? = xml.isReading ? nil : arn
            xml.child(name, &found)
            if let found { arn = found }
        }
        xml.children("Event", &events)
        xml.group("Filter") { xml in xml.group("S3Key") { $0.children("FilterRule", &filter) } }
    }

    /// Whether both say the same, whatever kind of target they are.
    public static func == (a: NotificationTarget, b: NotificationTarget) -> Bool {
        a.id == b.id && a.arn == b.arn && a.events == b.events && a.filter == b.filter && a.unknown == b.unknown
    }

    /// Hashes what is compared.
    ///
    /// - Parameter hasher: What takes it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(arn)
        hasher.combine(events)
    }
}

/// A condition on keys.
public struct NotificationFilterRule: S3Mapped {
    /// `prefix` or `suffix`, in letters of any case.
    public var name: String?
    /// What the key begins or ends with.
    public var value: String?
    /// Elements that this version does not know.
    public var unknown = UnknownElements()

    /// Makes a condition.
    ///
    /// - Parameters:
    ///   - name: `prefix` or `suffix`.
    ///   - value: What the key begins or ends with.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// What a condition is read into.
    public init() {}

    /// The elements.
    public mutating func map(_ xml: inout S3Mapping) {
        xml.child("Name", &name)
        xml.child("Value", &value)
    }
}
