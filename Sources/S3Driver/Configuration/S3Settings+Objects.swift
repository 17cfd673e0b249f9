import Coffer

extension S3Settings {
    /// What every write of the store asks for.
    ///
    /// - Throws: `invalidConfiguration`, naming the option.
    static func writeDefaults(
        _ configuration: Configuration, _ server: ServerProfile
    ) throws(StoreError) -> RareWriteOptions? {
        var defaults = RareWriteOptions()
        defaults.encryption = try encryption(configuration, server)
        if let storageClass = configuration.string("storage_class") {
            try require(.storageClasses, "storage_class", configuration, server)
            guard !storageClass.isEmpty, storageClass.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw configuration.fault("storage_class", "'\(storageClass)' cannot be the name of a storage class")
            }
            defaults.storageClass = storageClass
        }
        return defaults.isEmpty ? nil : defaults
    }

    private static func encryption(
        _ configuration: Configuration, _ server: ServerProfile
    ) throws(StoreError) -> ServerSideEncryption? {
        let kind = configuration.string("encryption") ?? "bucket_default"
        let keyID = configuration.string("kms_key_id")
        let context = try context(configuration)
        let bucketKey = configuration.string("kms_bucket_key").map { _ in configuration.boolean("kms_bucket_key") }
        if kind != "kms", bucketKey != nil {
            throw configuration.fault("kms_bucket_key", "it goes with encryption=kms")
        }
        if kind != "kms", kind != "dual_layer_kms" {
            for (option, isGiven) in [("kms_key_id", keyID != nil), ("kms_context", !context.isEmpty)] where isGiven {
                throw configuration.fault(option, "it goes with encryption=kms or encryption=dual_layer_kms")
            }
        }
        if kind != "customer_key", configuration.string("customer_key") != nil {
            throw configuration.fault("customer_key", "it goes with encryption=customer_key")
        }
        let encryption: ServerSideEncryption
        switch kind {
        case "managed": encryption = .managed
        case "kms": encryption = .kms(keyID: keyID, context: context, bucketKey: bucketKey)
        case "dual_layer_kms": encryption = .dualLayerKMS(keyID: keyID, context: context)
        case "customer_key": encryption = .customerKey(try customerKey(configuration))
        default: return nil
        }
        do throws(StoreError) { try encryption.validate() } catch {
            throw configuration.fault("kms_key_id", error.message)
        }
        try require(encryption.required, "encryption", configuration, server)
        if bucketKey == true { try require(.bucketKeys, "kms_bucket_key", configuration, server) }
        return encryption
    }

    private static func customerKey(_ configuration: Configuration) throws(StoreError) -> CustomerKey {
        guard let text = configuration.string("customer_key") else {
            throw configuration.fault("customer_key", "it is missing; it goes with encryption=customer_key")
        }
        do throws(StoreError) { return try CustomerKey(base64: text) } catch {
            throw configuration.fault("customer_key", error.message)
        }
    }

    /// Reads `name=value,name=value`.
    private static func context(_ configuration: Configuration) throws(StoreError) -> [String: String] {
        var context: [String: String] = [:]
        for pair in (configuration.string("kms_context") ?? "").split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty,
                context.updateValue(String(parts[1]), forKey: String(parts[0])) == nil
            else { throw configuration.fault("kms_context", "write name=value,name=value, each name once") }
        }
        return context
    }

    private static func require(
        _ feature: Capabilities.Features, _ option: String, _ configuration: Configuration, _ server: ServerProfile
    ) throws(StoreError) {
        if server.features.isSuperset(of: feature) { return }
        let name = ServerProfile.featureNames.first { $0.feature == feature }?.name ?? ""
        throw configuration.fault(
            option, "this kind of server does not have that; leave it out, or set enable=\(name) if it does")
    }
}

extension ServerSideEncryption {
    /// What the server must have.
    fileprivate var required: Capabilities.Features {
        switch self {
        case .bucketDefault: []
        case .managed: .managedEncryption
        case .kms: .kmsEncryption
        case .dualLayerKMS: .dualLayerEncryption
        case .customerKey: .customerKeys
        }
    }
}
