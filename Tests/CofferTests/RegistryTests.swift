import Coffer
import Testing

@Suite("Registry")
struct RegistryTests {
    func descriptor(_ name: String) -> DriverDescriptor {
        DriverDescriptor(name: name, summary: "A test.", schema: ConfigurationSchema([])) {
            _ throws(StoreError) in ScriptedDriver()
        }
    }

    @Test("A linked driver is there without a call")
    func linked() throws {
        #expect(DriverRegistry.all.contains { $0.name == "memory" })
    }

    @Test("A driver registered at run time opens by name; its name cannot be taken twice")
    func runTime() async throws {
        try DriverRegistry.register(descriptor("runtime-one"))
        defer { DriverRegistry.unregister("runtime-one") }
        let store = try await Store.open("runtime-one://")
        #expect(try await store.exists("a") == false)
        let error = #expect(throws: StoreError.self) { try DriverRegistry.register(descriptor("runtime-one")) }
        #expect(error?.code == .alreadyExists)
    }

    @Test("Names that cannot be", arguments: ["", "S3", "9a", "a_b", "a/b", "é", "a b"])
    func badNames(name: String) {
        let error = #expect(throws: StoreError.self) { try DriverRegistry.register(descriptor(name)) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("Registering from many threads")
    func concurrent() async {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<64 {
                group.addTask { try? DriverRegistry.register(descriptor("many-\(index % 16)")) }
            }
        }
        #expect(DriverRegistry.all.filter { $0.name.hasPrefix("many-") }.count == 16)
        for index in 0..<16 { #expect(DriverRegistry.unregister("many-\(index)")) }
    }
}
