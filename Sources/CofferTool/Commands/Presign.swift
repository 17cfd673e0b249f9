import Coffer

extension Command {
    static let presign = Command(
        name: "presign", summary: "make a URL that anyone may use for a while", usage: ["presign ADDRESS"],
        details: [
            "Prints the URL; nothing is sent. With --json the method, the headers that have to be sent, and the time of",
            "expiry too. Whoever has the URL can use it: treat it like a password.",
        ],
        options: [
            OptionSpec(name: "method", value: "METHOD", help: "GET (unless given), PUT, HEAD or DELETE"),
            OptionSpec(
                name: "expires", value: "DURATION", help: "how long it is good for: 15m unless given, at most 168h"),
            OptionSpec(
                name: "header", value: "NAME=VALUE", isRepeated: true,
                help: "a header that the user of the URL must send exactly so"),
            OptionSpec(
                name: "query", value: "NAME=VALUE", isRepeated: true,
                help: "a query parameter, for instance response-content-type=text/plain"),
        ]
    ) { session in
        let arguments = session.arguments
        let address = try session.objectAddress(try session.positionals(1...1, "one ADDRESS")[0])
        let name = arguments.string("method") ?? "GET"
        guard let method = PresignMethod(name) else {
            throw UsageError("--method '\(name)' cannot be presigned; use GET, PUT, HEAD or DELETE")
        }
        let options = PresignOptions(
            method: method, expiresIn: try arguments.duration("expires") ?? .seconds(900),
            headers: try arguments.pairs("header"), query: try arguments.pairs("query"))
        let request = try await session.store(address).presign(Key(address.key), options)
        if session.report.isJSON {
            let headers = request.headers.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
            return try session.report.output.line(
                JSON.object([
                    ("method", .string(request.method)), ("url", .string(request.url)), ("headers", .object(headers)),
                    ("expires", .string(request.expires.iso8601)),
                ]).text)
        }
        try session.report.output.line(request.url)
    }
}
