import Foundation
import MemoryDriver
import Testing

@testable import Coffer

/// Options of what objects carry: refused where the driver does not claim them, checked, and kept out of sight.
struct ObjectOptionTests {
    private func failure(_ body: () async throws -> Void) async -> StoreError? {
        await #expect(throws: StoreError.self) { try await body() }
    }

    /// Every option is refused, naming driver, operation and option; nothing is written.
    @Test func whatTheDriverLacksIsRefused() async throws {
        let store = Store(driver: MemoryDriver())
        try await store.put("k", "x")
        let key = CustomerKey.random()
        let retention = Retention(.compliance, until: Timestamp(seconds: 4_000_000_000))
        let writes: [(String, WriteOptions)] = [
            ("encryption 'managed'", WriteOptions(encryption: .managed)),
            ("encryption 'kms'", WriteOptions(encryption: .kms(keyID: "k"))),
            ("encryption 'kms with a bucket key'", WriteOptions(encryption: .kms(bucketKey: true))),
            ("encryption 'dualLayerKMS'", WriteOptions(encryption: .dualLayerKMS())),
            ("encryption 'customerKey'", WriteOptions(encryption: .customerKey(key))),
            ("storageClass", WriteOptions(storageClass: "COLD")), ("retention", WriteOptions(retention: retention)),
            ("legalHold", WriteOptions(legalHold: false)),
        ]
        for (name, options) in writes {
            for (verb, error) in [
                (Operation.put, await failure { try await store.put("n", "x", options) }),
                (.write, await failure { _ = try await store.writer("n", options) }),
                (.put, await failure { _ = try await store.beginUpload("n", "x", options) }),
            ] {
                #expect(error?.code == .unsupported)
                #expect(error?.driver == "memory")
                #expect(error?.operation == verb)
                #expect(error?.message.contains("the write option \(name)") == true, "\(String(describing: error))")
                #expect(error?.description.contains(key.base64) == false)
            }
            var copy = CopyOptions()
            copy.rare = options.rare
            let error = await failure { try await store.copy("k", to: "n", copy) }
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("the copy option \(name)") == true)
        }
        let read = ReadOptions(customerKey: key)
        for error in [
            await failure { try await store.get("k", read) }, await failure { _ = try await store.stat("k", read) },
            await failure { _ = try await store.reader("k", read) },
            await failure { _ = try await store.getRanges("k", [.from(0)], read) },
            await failure { try await store.copy("k", to: "n", CopyOptions(sourceCustomerKey: key)) },
            await failure { try await store.delete("k", DeleteOptions(bypassesGovernance: true)) },
            await failure { _ = try await store.tags(of: "k", version: "v") },
            await failure { _ = try await store.retention(of: "k") },
            await failure { try await store.setRetention(retention, of: "k") },
            await failure { _ = try await store.legalHold(of: "k") },
            await failure { try await store.setLegalHold(true, of: "k") },
            await failure { try await store.restore("k") },
        ] { #expect(error?.code == .unsupported) }
        try await store.put("n", "x", WriteOptions(encryption: .bucketDefault))
        #expect(try await store.list().collect().map(\.name) == ["k", "n"])
    }

    @Test func aCustomersKeyIsNeverShown() throws {
        let key = CustomerKey.random()
        let options = WriteOptions(encryption: .customerKey(key))
        var dumped = ""
        dump((options, ReadOptions(customerKey: key), CopyOptions(sourceCustomerKey: key)), to: &dumped)
        let upload = UploadID(key: "k", id: "u", options: options)
        let texts = [
            "\(key)", String(reflecting: key), "\(options)", String(reflecting: options), "\(upload)", dumped,
            "\(PresignOptions(method: .put, write: options, customerKey: key))",
        ]
        let bytes = key.bytes.map(String.init).joined(separator: ", ")
        for text in texts { #expect(!text.contains(key.base64) && !text.contains(bytes)) }
        #expect(try CustomerKey(base64: key.base64) == key)
        #expect(try CustomerKey(bytes: key.bytes) == key)
        #expect(key != CustomerKey.random())
        for count in [0, 16, 31, 33] {
            #expect(throws: StoreError.self) { try CustomerKey(bytes: [UInt8](repeating: 1, count: count)) }
        }
        let error = #expect(throws: StoreError.self) { try CustomerKey(base64: "no secret of yours") }
        #expect(error?.message.contains("no secret of yours") == false)
    }

    @Test func tokensDoNotHoldKeys() throws {
        let key = CustomerKey.random()
        let options = WriteOptions(encryption: .customerKey(key), legalHold: true)
        let token = UploadToken(
            driver: "s3", upload: UploadID(key: "k", id: "u", options: options), size: 10, partSize: 5,
            condition: .none,
            sourceModified: nil)
        #expect(!token.text.contains(key.base64))
        let read = try UploadToken(token.text)
        #expect(read.needsCustomerKey && token.needsCustomerKey)
        #expect(read.upload.encryption == nil)
        #expect(read.upload.isLocking)
        #expect(throws: StoreError.self) { try read.unlocked(by: nil) }
        #expect(throws: StoreError.self) { try read.unlocked(by: .managed) }
        #expect(try read.unlocked(by: .customerKey(key)).upload == token.upload)
        #expect(try token.unlocked(by: nil).upload == token.upload)
        let plain = UploadToken(
            driver: "s3", upload: UploadID(key: "k", id: "u"), size: 10, partSize: 5, condition: .none,
            sourceModified: nil)
        #expect(!plain.text.contains("enc=") && !plain.text.contains("lock="))
        #expect(try plain.unlocked(by: nil) == plain)
    }

    /// What few calls use costs all others one pointer.
    @Test func rareFieldsAreBehindOneReference() {
        #expect(MemoryLayout<CustomerKey?>.size == MemoryLayout<Int>.size)
        var options = WriteOptions()
        #expect(options.isPlain && options.rare == nil)
        options.storageClass = "COLD"
        options.tags = ["a": "b"]
        options.legalHold = true
        #expect(!options.isPlain)
        (options.storageClass, options.legalHold) = (nil, nil)
        options.tags = [:]
        #expect(options.isPlain && options == WriteOptions())
        var info = ObjectInfo(key: "k", size: 1)
        #expect(info.rare == nil)
        info.tagCount = 2
        info.encryption = ObjectEncryption(.kms, keyID: "k")
        #expect(info.tagCount == 2 && info.encryption?.keyID == "k" && info.checksum == nil)
        (info.tagCount, info.encryption) = (nil, nil)
        #expect(info == ObjectInfo(key: "k", size: 1) && info.rare == nil)
        #expect(ReadOptions().isDefault && !ReadOptions(customerKey: .random()).isDefault)
    }

    /// A copy onto itself that replaces nothing changes nothing; anything else is a copy.
    @Test func copiesOntoItself() async throws {
        let store = Store(driver: MemoryDriver())
        let before = try await store.put("k", "x", WriteOptions(tags: ["a": "1"]))
        #expect(try await store.copy("k", to: "k").etag == before.etag)
        #expect(try await store.copy("k", to: "k", CopyOptions(tags: ["b": "2"])).etag != before.etag)
        #expect(try await store.tags(of: "k") == ["b": "2"])
    }

    /// A layer that maps keys maps those of tags too, in both directions.
    @Test func tagsBelowAPrefix() async throws {
        let driver = MemoryDriver()
        let whole = Store(driver: driver)
        let part = Store(driver: driver, layers: [PrefixLayer(prefix: "p/"), RetryLayer()])
        try await part.put("k", "x", WriteOptions(tags: ["a": "1"]))
        #expect(try await whole.tags(of: "p/k") == ["a": "1"])
        try await part.setTags(["b": "2"], of: "k")
        #expect(try await whole.tags(of: "p/k") == ["b": "2"])
        let error = await failure { _ = try await part.tags(of: "missing") }
        #expect(error?.code == .notFound)
        #expect(error?.key == "missing")
        #expect(error?.operation == .tags)
    }
}
