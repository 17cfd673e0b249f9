import Coffer
import Testing

@testable import CofferTool

/// Drivers with the two kinds of URL there are; none of them is ever opened.
private func registerDrivers() {
    func add(_ name: String, _ schema: ConfigurationSchema) {
        try? DriverRegistry.register(
            DriverDescriptor(name: name, summary: "", schema: schema) { configuration throws(StoreError) in
                throw configuration.fault("x", "not meant to be opened")
            })
    }
    add(
        "bucketish",
        ConfigurationSchema(
            [ConfigurationKey("bucket", .string, ""), ConfigurationKey("secret_key", .string, isSecret: true, "")],
            hostKey: "bucket",
            pathKey: "prefix"))
    add(
        "rooted", ConfigurationSchema([ConfigurationKey("root", .string, "")], pathKey: "root", keepsLeadingSlash: true)
    )
    add("hostonly", ConfigurationSchema([ConfigurationKey("name", .string, "")], hostKey: "name"))
}

@Suite struct AddressTests {
    init() { registerDrivers() }

    private func parse(
        _ text: String, _ use: AddressParser.Use = .object, store: String? = nil, options: [String: String] = [:]
    ) throws -> (String, String) {
        let address = try AddressParser(store: store, options: options).parse(text, use)
        return (address.storeURL, address.key)
    }

    @Test(arguments: [
        ("bucketish://b/a/c.txt", "bucketish://b", "a/c.txt"),
        ("bucketish://b//a", "bucketish://b", "/a"),
        ("bucketish://b/a//c", "bucketish://b", "a//c"),
        ("bucketish://b", "bucketish://b", ""),
        ("bucketish://b/", "bucketish://b", ""),
        ("bucketish://b/dir/", "bucketish://b", "dir/"),
        ("bucketish://b/k?secret_key=x", "bucketish://b?secret_key=x", "k"),
        ("bucketish://b/100%25%3Fa%20b", "bucketish://b", "100%?a b"),
        ("bucketish://b/team/./a/c", "bucketish://b/team", "a/c"),
        ("bucketish://b/\u{301}x/y", "bucketish://b", "\u{301}x/y"),
        ("hostonly://n/a/b", "hostonly://n", "a/b"),
        ("rooted:///data/a/b.txt", "rooted:///data/a", "b.txt"),
        ("rooted:///data/./a/b.txt", "rooted:///data", "a/b.txt"),
        ("rooted:///data/a/b.txt?root=/data", "rooted://?root=/data", "a/b.txt"),
        ("rooted:///data/a/b.txt?root=/data/", "rooted://?root=/data/", "a/b.txt"),
        ("rooted:///data?root=/data", "rooted://?root=/data", ""),
        ("rooted:///b.txt", "rooted:///", "b.txt"),
        ("rooted:///data/", "rooted:///data", ""),
    ])
    func objects(_ text: String, _ store: String, _ key: String) throws {
        #expect(try parse(text) == (store, key))
    }

    @Test(arguments: [
        ("bucketish://b/a", AddressParser.Use.tree, "bucketish://b", "a/"),
        ("bucketish://b/a/", .tree, "bucketish://b", "a/"),
        ("bucketish://b", .tree, "bucketish://b", ""),
        ("bucketish://b/a", .listing, "bucketish://b", "a"),
        ("rooted:///data/a", .tree, "rooted:///data/a", ""),
        ("rooted:///data/a/", .listing, "rooted:///data/a", ""),
        ("rooted:///data/./a", .tree, "rooted:///data", "a/"),
        ("rooted:///data/./a", .listing, "rooted:///data", "a"),
        ("rooted:///data/a?root=/data", .tree, "rooted://?root=/data", "a/"),
        ("rooted:///", .tree, "rooted:///", ""),
    ])
    func trees(_ text: String, _ use: AddressParser.Use, _ store: String, _ key: String) throws {
        #expect(try parse(text, use) == (store, key))
    }

    @Test func plainKeys() throws {
        #expect(try parse("a%20b?c", store: "rooted:///x") == ("rooted:///x", "a%20b?c"))
        #expect(try parse("./bucketish://b/k", store: "rooted:///x") == ("rooted:///x", "bucketish://b/k"))
        #expect(try parse("bucketish://b/k", store: "rooted:///x") == ("bucketish://b", "k"))
        #expect(try parse("dir", .tree, store: "rooted:///x") == ("rooted:///x", "dir/"))
        #expect(try parse("rooted:///data/a/b", options: ["root": "/data"]) == ("rooted://", "a/b"))
        let error = #expect(throws: UsageError.self) { try parse("a/b") }
        #expect(error?.message.contains("--store URL") == true)
    }

    @Test func mistakes() throws {
        #expect(throws: StoreError.self) { try parse("nosuch://x/y") }
        #expect(throws: StoreError.self) { try parse("bucketish://b/%zz") }
        #expect(throws: StoreError.self) { try parse("bucketish://b/%ff") }
        let outside = #expect(throws: StoreError.self) { try parse("rooted:///other/a?root=/data") }
        #expect(outside?.message.contains("does not lie in the root '/data'") == true)
        #expect(throws: StoreError.self) { try parse("rooted:///database/a?root=/data") }
    }

    @Test func optionsAreNotShown() throws {
        let address = try AddressParser(store: nil, options: [:]).parse("bucketish://b/k?secret_key=hush", .object)
        #expect(address.display == "bucketish://b/k")
        #expect(address.storeURL.contains("hush"))
    }

    @Test func namedStores() throws {
        #expect(try Session.defaultStore("up-loads", ["COFFER_STORE_UP_LOADS": "fs:///x"]) == "fs:///x")
        #expect(try Session.defaultStore(nil, ["COFFER_STORE": "fs:///y"]) == "fs:///y")
        #expect(try Session.defaultStore("memory://z", ["COFFER_STORE": "fs:///y"]) == "memory://z")
        #expect(try Session.defaultStore(nil, [:]) == nil)
        let error = #expect(throws: UsageError.self) { try Session.defaultStore("photos", [:]) }
        #expect(error?.message.contains("COFFER_STORE_PHOTOS") == true)
    }

    @Test func optionsGoToTheDriversThatKnowThem() throws {
        let options = StoreOptions(shared: ["bucket": "b", "root": "/r", "prefix": "p/"], own: [:])
        let both: Set = ["bucketish", "rooted"]
        #expect(try options.settings(for: "bucketish", among: both) == ["bucket": "b", "prefix": "p/"])
        #expect(try options.settings(for: "rooted", among: both) == ["root": "/r", "prefix": "p/"])
        let error = #expect(throws: StoreError.self) {
            try StoreOptions(shared: ["buckt": "b"], own: [:]).settings(for: "bucketish", among: both)
        }
        #expect(error?.message.contains("did you mean 'bucket'?") == true)
        #expect(throws: StoreError.self) {
            try StoreOptions(shared: [:], own: ["root": "/"]).settings(for: "bucketish", among: both)
        }
    }
}
