@testable import Coffer
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    let schema = ConfigurationSchema(
        [
            ConfigurationKey("root", .string, isRequired: true, "The directory."),
            ConfigurationKey("token", .string, isSecret: true, environment: ["TOKEN"], "The password."),
            ConfigurationKey("size", .size, default: "8MiB", "A size."),
            ConfigurationKey("wait", .duration, default: "1500ms", "A time."),
            ConfigurationKey("mode", .choice(["full", "relaxed"]), default: "full", "A choice."),
            ConfigurationKey("on", .boolean, default: "no", "A switch."),
            ConfigurationKey("count", .integer(1...10), default: "3", "A number."),
        ], pathKey: "root", keepsLeadingSlash: true)

    func make(_ given: [String: String], _ environment: [String: String] = [:]) throws(StoreError) -> Configuration {
        try Configuration(given, driver: "test", schema: schema, environment: environment)
    }

    @Test("Defaults, environment and options, in rising order")
    func precedence() throws {
        let plain = try make(["root": "/a"])
        #expect(plain.size("size") == 8 << 20)
        #expect(plain.duration("wait") == .milliseconds(1500))
        #expect(plain.string("mode") == "full")
        #expect(plain.boolean("on") == false)
        #expect(plain.integer("count") == 3)
        #expect(plain.string("token") == nil)
        let environment = ["COFFER_TEST_COUNT": "5", "TOKEN": "t", "COFFER_TEST_ROOT": "/e"]
        let fromEnvironment = try make([:], environment)
        #expect(fromEnvironment.integer("count") == 5)
        #expect(fromEnvironment.string("token") == "t")
        #expect(fromEnvironment.string("root") == "/e")
        #expect(try make(["root": "/o", "count": "7"], environment).integer("count") == 7)
    }

    @Test(
        "Faults name the setting and what is expected",
        arguments: [
            (["root": "/a", "nosuch": "1"], "nosuch"), ([:], "root"), (["root": "/a", "count": "11"], "count"),
            (["root": "/a", "count": "x"], "1 to 10"), (["root": "/a", "mode": "fast"], "full, relaxed"),
            (["root": "/a", "size": "8 QiB"], "size"), (["root": "/a", "wait": "soon"], "wait"),
            (["root": "/a", "on": "maybe"], "true or false"),
        ])
    func faults(given: [String: String], text: String) {
        let error = #expect(throws: StoreError.self) { _ = try make(given) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        #expect(error?.driver == "test")
    }

    @Test("Secrets are never shown")
    func secrets() throws {
        let configuration = try make(["root": "/a", "token": "hunter2"])
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect("\(configuration)".contains("token=***"))
    }

    @Test("An unknown driver lists the known ones")
    func unknownDriver() async {
        let error = await #expect(throws: StoreError.self) { _ = try await Store.open("nosuch://x") }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("memory") == true)
    }

    @Test(
        "URLs that are none",
        arguments: [
            "memory", "memory:x", "://x", "memory://a?b", "memory://a?%zz=1", "memory://?x=1&x=2", "memory://%FF",
        ])
    func badURLs(url: String) async {
        let error = await #expect(throws: StoreError.self) { _ = try await Store.open(url) }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test("A slash and what follows it are told apart by bytes, not by what they look like together")
    func combiningMarks() async throws {
        let url = try StoreURL("memory://host/\u{301}a?x=\u{301}b")
        #expect(url.host == "host")
        #expect(Array(url.path.utf8) == Array("/\u{301}a".utf8))
        #expect(url.options["x"].map { Array($0.utf8) } == Array("\u{301}b".utf8))
        // With the slash that leads in gone, the mark stays.
        let driver = try #require(try? StoreURL("s3:///\u{301}"))
        #expect(driver.host.isEmpty)
        #expect(driver.path.utf8.count == 3)
    }

    @Test("An option without a value is not repeated in the error: it may be a secret")
    func noValue() async {
        let error = await #expect(throws: StoreError.self) { _ = try await Store.open("memory://?a=1&hush") }
        #expect(error?.message.contains("number 2") == true)
        #expect(error?.message.contains("hush") == false)
    }

    @Test("An option in the URL and beside it is refused")
    func twice() async {
        let error = await #expect(throws: StoreError.self) {
            _ = try await Store.open("memory://?prefix=a", options: ["prefix": "b"])
        }
        #expect(error?.message.contains("twice") == true)
    }
}
