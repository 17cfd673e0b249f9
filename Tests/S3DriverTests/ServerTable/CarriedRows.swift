import Coffer
import CofferTesting

@testable import S3Driver

extension TableContext {
    /// The store, where customers' keys may be sent over http.
    fileprivate func trusting() async throws -> Store { try await open(["customer_key_over_http": "true"]) }

    /// A key of the key management service.
    fileprivate var keyID: String { server.kmsKeyID ?? "arn:aws:kms:us-east-1:000000000000:key/coffer" }

    /// Writes small and in parts, and reads again.
    fileprivate func encrypt(
        _ encryption: ServerSideEncryption, _ method: ObjectEncryption.Method
    ) async throws {
        let store = try await trusting()
        let bytes = ConformanceContext.pattern(6 << 20)
        for options in [
            WriteOptions(encryption: encryption), WriteOptions(partSize: 5 << 20, encryption: encryption),
        ] {
            try await store.put("a", .chunk(bytes), options)
            let read = ReadOptions(customerKey: encryption.customerKey)
            let found = try await store.get("a", read)
            try expect(found.bytes == bytes && found.info.encryption?.method == method)
        }
        await store.close()
    }
}

/// What objects carry beside bytes and metadata.
let carriedRows: [TableRow] = [
    TableRow("What objects carry", "tags, written and changed") { table in
        try await table.store.put("a", "x", WriteOptions(tags: ["a": "1"]))
        try table.expect(try await table.store.tags(of: "a") == ["a": "1"])
        try await table.store.setTags(["b": "ü 2"], of: "a")
        try table.expect(try await table.store.tags(of: "a") == ["b": "ü 2"])
        try await table.store.removeTags(of: "a")
        try table.expect(try await table.store.tags(of: "a") == [:])
    },
    TableRow("What objects carry", "tags, kept and replaced by copies") { table in
        try await table.store.put("a", "x", WriteOptions(metadata: ObjectMetadata(user: ["m": "1"]), tags: ["a": "1"]))
        try await table.store.copy("a", to: "b")
        try table.expect(try await table.store.tags(of: "b") == ["a": "1"])
        try await table.store.setMetadata("b", ObjectMetadata(user: ["m": "2"]))
        try table.expect(try await table.store.tags(of: "b") == ["a": "1"])
        try await table.store.copy("b", to: "b", CopyOptions(tags: ["c": "3"]))
        try table.expect(try await table.store.tags(of: "b") == ["c": "3"])
        try table.expect(try await table.store.stat("b").metadata.user == ["m": "2"])
    },
    TableRow("What objects carry", "tags of uploads in parts") { table in
        let bytes = ConformanceContext.pattern(6 << 20)
        try await table.store.put("a", .chunk(bytes), WriteOptions(partSize: 5 << 20, tags: ["a": "1"]))
        try table.expect(try await table.store.tags(of: "a") == ["a": "1"])
    },
    TableRow("What objects carry", "SSE-S3") { table in try await table.encrypt(.managed, .managed) },
    TableRow("What objects carry", "SSE-KMS") { table in try await table.encrypt(.kms(keyID: table.keyID), .kms) },
    TableRow("What objects carry", "SSE-KMS with a bucket key") { table in
        let kms = ServerSideEncryption.kms(keyID: table.keyID, bucketKey: true)
        let info = try await table.store.put("a", "x", WriteOptions(encryption: kms))
        try table.expect(info.encryption?.usesBucketKey == true)
    },
    TableRow("What objects carry", "DSSE-KMS") { table in
        try await table.encrypt(.dualLayerKMS(keyID: table.keyID), .dualLayerKMS)
    },
    TableRow("What objects carry", "SSE-C") { table in try await table.encrypt(.customerKey(.random()), .customerKey) },
    TableRow("What objects carry", "copy of an encrypted object") { table in
        let store = try await table.trusting()
        let key = CustomerKey.random()
        let isCustomers = store.capabilities.features.contains(.customerKeys)
        let encryption = isCustomers ? ServerSideEncryption.customerKey(key) : .managed
        try await store.put("a", "x", WriteOptions(encryption: encryption))
        try await store.copy("a", to: "b", CopyOptions(sourceCustomerKey: isCustomers ? key : nil))
        let found = try await store.get("b", ReadOptions(customerKey: isCustomers ? key : nil))
        try table.expect(found.bytes.utf8String == "x" && found.info.encryption != nil)
        await store.close()
    },
    TableRow("What objects carry", "a storage class of AWS") { table in
        try await table.store.put("a", "x", WriteOptions(storageClass: "STANDARD_IA"))
        try table.expect(try await table.store.stat("a").storageClass == "STANDARD_IA")
        try await table.store.copy("a", to: "b")
        try table.expect(try await table.store.stat("b").storageClass == "STANDARD_IA")
    },
    TableRow("What objects carry", "an archived object, restored") { table in
        try await table.store.put("a", "x", WriteOptions(storageClass: "GLACIER"))
        let error = try await table.refusal { try await table.store.get("a") }
        if error.serviceCode != "InvalidObjectState" { throw error }
        try await table.store.restore("a", days: 1)
        try table.expect(try await table.store.stat("a").restore != nil)
    },
    TableRow("What objects carry", "legal hold") { table in
        guard table.store.capabilities.features.contains(.objectLock) else {
            try await table.store.put("a", "x", WriteOptions(legalHold: true))
            return
        }
        let bucket = TestServer.freshBucket("table-lock")
        let store = try await table.server.open(bucket, ["create_bucket": "false", "enable": "versions"])
        let configuration = try Configuration(
            table.server.options(bucket, ["create_bucket": "false"]), driver: "s3",
            schema: S3Driver.descriptor.fullSchema, environment: [:])
        let driver = try await S3Driver.make(configuration)
        var request = S3Request(.open, .put, .bucket)
        request.headers = [("x-amz-bucket-object-lock-enabled", "true")]
        _ = try await driver.client.send(request)
        let info = try await store.put("a", "x", WriteOptions(legalHold: true))
        let version = DeleteOptions(version: info.version)
        let isHeld = try await store.legalHold(of: "a")
        let error = try await table.refusal { try await store.delete("a", version) }
        try await store.setLegalHold(false, of: "a")
        try await store.delete("a", version)
        _ = try await driver.client.send(S3Request(.delete, .delete, .bucket))
        await store.close()
        await driver.close()
        try table.expect(isHeld && error.code == .permissionDenied)
    },
]
