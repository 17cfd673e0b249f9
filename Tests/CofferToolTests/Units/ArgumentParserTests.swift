import Testing

@testable import CofferTool

@Suite struct ArgumentParserTests {
    private let parser = ArgumentParser(specs: [
        OptionSpec(name: "recursive", short: "r", help: ""),
        OptionSpec(name: "long", short: "l", help: ""),
        OptionSpec(name: "option", short: "o", value: "NAME=VALUE", isRepeated: true, help: ""),
        OptionSpec(name: "limit", value: "N", help: ""),
        OptionSpec(name: "range", value: "RANGE", help: ""),
    ])

    @Test func everyForm() throws {
        let parsed = try parser.parse([
            "-rl", "a", "--limit=3", "-ox=1", "-o", "y=2", "--option", "z=", "-", "--", "-b",
        ]).parsed
        #expect(parsed.positionals == ["a", "-", "-b"])
        #expect(parsed.isSet("recursive") && parsed.isSet("long"))
        #expect(parsed.string("limit") == "3")
        #expect(try parsed.pairs("option") == ["x": "1", "y": "2", "z": ""])
    }

    @Test func stopsAtTheCommand() throws {
        let (parsed, used) = try parser.parse(["-r", "--limit", "5", "put", "-l"], stopsAtPositional: true)
        #expect(used == 3 && parsed.string("limit") == "5" && !parsed.isSet("long"))
    }

    @Test(arguments: [
        (["--recusive"], "did you mean --recursive?"),
        (["--rec"], "did you mean --recursive?"),
        (["--xyzzy"], "there is no option --xyzzy"),
        (["-q"], "there is no option -q; the short ones are -r -l -o"),
        (["--limit"], "--limit needs a value: N"),
        (["--limit", "--long"], "--limit needs a value: N"),
        (["-o"], "-o needs a value: NAME=VALUE"),
        (["--long=yes"], "--long takes no value"),
        (["--limit=1", "--limit=2"], "--limit is given twice"),
    ])
    func mistakes(_ arguments: [String], _ message: String) throws {
        let error = #expect(throws: UsageError.self) { try parser.parse(arguments) }
        #expect(try #require(error).message.contains(message))
    }

    @Test(arguments: [
        ("0-99", "bytes=0-99"), ("5-5", "bytes=5-5"), ("100-", "bytes=100-"), ("-50", "bytes=-50"),
        ("0-9223372036854775806", "bytes=0-9223372036854775806"),
    ])
    func ranges(_ text: String, _ expected: String) throws {
        let parsed = try parser.parse(["--range", text]).parsed
        #expect(try parsed.range("range")?.description == expected)
    }

    @Test(arguments: ["", "-", "5", "9-3", "a-b", "1-2-3", "0-9223372036854775807", "0-99999999999999999999", "+1-2"])
    func badRanges(_ text: String) throws {
        let parsed = try parser.parse(["--range=\(text)"]).parsed
        #expect(throws: UsageError.self) { try parsed.range("range") }
    }

    @Test func values() throws {
        var parsed = ParsedArguments()
        parsed.values = ["size": ["8MiB"], "time": ["15m"], "count": ["7"], "bad": ["x"], "pair": ["=x"]]
        #expect(try parsed.size("size") == 8 << 20)
        #expect(try parsed.duration("time") == .seconds(900))
        #expect(try parsed.integer("count", in: 1...9) == 7)
        #expect(try parsed.size("none") == nil)
        let error = #expect(throws: UsageError.self) { try parsed.size("bad") }
        #expect(error?.message == "--bad: 'x' is not a size such as 8MiB")
        #expect(throws: UsageError.self) { try parsed.integer("count", in: 1...6) }
        #expect(throws: UsageError.self) { try parsed.pairs("pair") }
    }

    @Test func invocations() throws {
        #expect(try Invocation(["--version"]).command.name == "version")
        #expect(try Invocation(["-h"]).command.name == "help")
        let invocation = try Invocation(["-o", "a=1", "ls", "-o", "b=2", "x"])
        #expect(invocation.command.name == "ls")
        let parsed = try invocation.parse()
        #expect(parsed.strings("option") == ["a=1", "b=2"] && parsed.positionals == ["x"])
        #expect(throws: UsageError.self) { try Invocation(["--store", "a", "ls", "--store", "b"]).parse() }
        #expect(throws: UsageError.self) { try Invocation([]) }
    }

    @Test func everyOptionIsDeclaredOnce() {
        for command in Command.all {
            let specs = command.options + GlobalOptions.all
            #expect(Set(specs.map(\.name)).count == specs.count, "\(command.name)")
            let letters = specs.compactMap(\.short)
            #expect(Set(letters).count == letters.count, "\(command.name)")
        }
    }
}

@Suite struct SuggestionTests {
    @Test func distances() {
        #expect(Suggestion.distance("", "abc") == 3)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
        #expect(Suggestion.distance("stat", "tsat") == 1)
        #expect(Suggestion.nearest(to: "pt", among: ["put", "get", "ls"]) == "put")
        #expect(Suggestion.nearest(to: "presgin", among: ["presign", "put"]) == "presign")
        #expect(Suggestion.nearest(to: "frobnicate", among: ["put", "get"]) == nil)
    }
}
