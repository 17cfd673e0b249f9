import Coffer

/// One run of a command: its arguments, and what it works with.
struct Session: Sendable {
    /// How many objects of a tree move at the same time if the user does not say.
    static let defaultConcurrency = 16

    let arguments: ParsedArguments
    let report: Report
    let environment: [String: String]
    private let stores: Stores
    private let parser: AddressParser
    private let shared: [String: String]

    init(arguments: ParsedArguments, report: Report, environment: [String: String]) throws {
        self.arguments = arguments
        self.report = report
        self.environment = environment
        stores = Stores(environment: environment)
        shared = try arguments.pairs("option")
        parser = AddressParser(
            store: try Self.defaultStore(arguments.string("store"), environment), options: shared)
    }

    /// The store of plain keys: a URL, or a name that stands for one in the environment.
    static func defaultStore(_ given: String?, _ environment: [String: String]) throws(UsageError) -> String? {
        guard let text = given ?? environment["COFFER_STORE"], !text.isEmpty else { return nil }
        if AddressParser.isURL(text) { return text }
        let variable = "COFFER_STORE_" + text.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        guard let url = environment[variable], AddressParser.isURL(url) else {
            throw UsageError(
                "'\(text)' is neither a store's URL nor the name of one; write driver://…, or set \(variable) to a URL")
        }
        return url
    }

    /// Reads an address.
    func address(_ text: String, _ use: AddressParser.Use = .object) throws -> Address {
        try parser.parse(text, use)
    }

    /// Reads an address of one object, which must have a key.
    func objectAddress(_ text: String) throws -> Address {
        let address = try address(text)
        if address.key.isEmpty {
            throw UsageError("'\(address.display)' names a store, not an object in it; add the object's key")
        }
        return address
    }

    /// Opens an address's store.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - others: The other addresses of the command: `-o` may be meant for their drivers.
    ///   - own: The name of an option with settings for this side only.
    ///   - makesPlace: Whether a missing root may be made.
    func store(
        _ address: Address, others: [Address] = [], own: String? = nil, makesPlace: Bool = false
    ) async throws -> Store {
        let options = StoreOptions(shared: shared, own: try own.map { try arguments.pairs($0) } ?? [:])
        let settings = try options.settings(
            for: address.driver, among: Set(others.map(\.driver) + [address.driver]),
            makesPlace: makesPlace || address.gives("create"))
        return try await stores.store(address, options: settings)
    }

    /// Closes what the command opened.
    func close() async { await stores.close() }

    /// Checks the number of arguments.
    func positionals(_ range: ClosedRange<Int>, _ names: String) throws(UsageError) -> [String] {
        let given = arguments.positionals
        if given.count < range.lowerBound { throw UsageError("an argument is missing; it takes \(names)") }
        if given.count > range.upperBound {
            throw UsageError("'\(given[range.upperBound])' is one argument too many; it takes \(names)")
        }
        return given
    }

    /// Refuses options that have no meaning here.
    func refuse(_ names: [String], _ why: String) throws(UsageError) {
        for name in names where arguments.isSet(name) {
            throw UsageError("--\(name) has no meaning \(why); leave it out")
        }
    }

    var isRecursive: Bool { arguments.isSet("recursive") }

    var concurrency: Int? { get throws(UsageError) { try arguments.integer("concurrency", in: 1...1000) } }

    /// The options of a write, from the arguments.
    func writeOptions() throws -> WriteOptions {
        let partSize = try arguments.size("part-size")
        if partSize == 0 { throw UsageError("--part-size 0 is out of range; use for instance 16MiB") }
        return WriteOptions(
            metadata: try arguments.metadata(), condition: try arguments.writeCondition(), partSize: partSize,
            concurrency: isRecursive ? nil : try concurrency)
    }

    /// The options of a read, from the arguments.
    func readOptions() throws(UsageError) -> ReadOptions {
        let partSize = try arguments.size("part-size")
        if partSize == 0 { throw UsageError("--part-size 0 is out of range; use for instance 16MiB") }
        return ReadOptions(
            range: try arguments.range("range"), ifMatch: arguments.string("if-match").map { ETag($0) },
            ifNoneMatch: arguments.string("if-none-match").map { ETag($0) }, partSize: partSize,
            concurrency: isRecursive ? nil : try concurrency)
    }
}
