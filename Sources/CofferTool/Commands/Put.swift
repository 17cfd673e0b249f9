import Coffer

extension Command {
    static let put = Command(
        name: "put", summary: "store files, a pipe or a directory",
        usage: [
            "put FILE... TARGET", "put - TARGET", "put --recursive DIRECTORY TARGET",
            "put --resume-file TOKEN FILE TARGET",
        ],
        details: [
            "TARGET is the object's address; one that ends with '/' (or is a store without a key) is a directory, and",
            "the file keeps its name there. '-' is standard input, of any length. With --recursive, what is in",
            "DIRECTORY is stored below TARGET under its relative path; symbolic links are followed, empty",
            "directories are not stored. An object appears complete or not at all.",
            "With --resume-file, an upload that was interrupted is continued by the same command: the file TOKEN, which",
            "is deleted at the end, says where. Parts that have arrived are compared with FILE and not sent again.",
        ],
        options: [CommonOptionSpecs.recursive] + CommonOptionSpecs.metadata + [
            CommonOptionSpecs.ifAbsent, CommonOptionSpecs.ifMatch, CommonOptionSpecs.partSize,
            CommonOptionSpecs.concurrency,
            OptionSpec(
                name: "resume-file", value: "TOKEN", help: "a file that keeps what is needed to continue the upload"),
        ]
    ) { session in
        let arguments = try session.positionals(2...Int.max, "FILE... and TARGET")
        if let token = session.arguments.string("resume-file") {
            _ = try session.positionals(2...2, "one file and TARGET when it can be resumed")
            try session.refuse(["recursive"], "with --resume-file")
            return try await putResumably(session, arguments[0], arguments[1], token)
        }
        if session.isRecursive {
            _ = try session.positionals(2...2, "a directory and TARGET when it is --recursive")
            try session.refuse(["if-match"], "for a whole tree")
            try await putTree(session, arguments[0], arguments[1])
        } else {
            try await putFiles(session, Array(arguments.dropLast()), arguments[arguments.count - 1])
        }
    }

    private static func putFiles(_ session: Session, _ files: [String], _ target: String) async throws {
        let address = try session.address(target)
        let options = try session.writeOptions()
        let isDirectory = address.key.isEmpty || address.key.utf8.last == UInt8(ascii: "/")
        if files.count > 1 && !isDirectory {
            throw UsageError("several files go into a directory; end the target with '/': '\(address.display)/'")
        }
        if files.contains("-") && isDirectory {
            throw UsageError("standard input has no name; name the object, for instance '\(address.display)/name'")
        }
        if files.filter({ $0 == "-" }).count > 1 { throw UsageError("'-' can be given once only") }
        let store = try await session.store(address, makesPlace: true)
        if files.count == 1 {
            let source = try await LocalSource.open(files[0])
            let key = isDirectory ? address.key + LocalNames.last(files[0]) : address.key
            session.report.terminal.begin(LocalNames.last(key), totalBytes: source.size)
            try await Upload(store: store, target: address.with(key: key), options: options, report: session.report)
                .run(source)
            return
        }
        session.report.terminal.begin("put", totalBytes: nil, objects: 0, totalObjects: Int64(files.count))
        var rest = files.makeIterator()
        let many = ManyObjects(
            limit: try session.concurrency ?? Session.defaultConcurrency, report: session.report)
        try await many.run({ rest.next() }) { file in
            let target = address.with(key: address.key + LocalNames.last(file))
            let source = try await LocalSource.open(file)
            try await Upload(store: store, target: target, options: options, report: session.report).run(source)
        }
        try session.report.summary("put")
    }

    private static func putResumably(
        _ session: Session, _ file: String, _ target: String, _ token: String
    ) async throws {
        if file == "-" { throw UsageError("standard input cannot be read again; store it in a file first") }
        let address = try session.address(target)
        let isDirectory = address.key.isEmpty || address.key.utf8.last == UInt8(ascii: "/")
        let key = isDirectory ? address.key + LocalNames.last(file) : address.key
        let options = try session.writeOptions()
        let store = try await session.store(address, makesPlace: true)
        let source = try await LocalSource.open(file)
        session.report.terminal.begin(LocalNames.last(key), totalBytes: source.size)
        try await ResumedUpload(
            store: store, target: address.with(key: key), options: options, report: session.report, tokenFile: token
        ).run(source)
    }

    private static func putTree(_ session: Session, _ directory: String, _ target: String) async throws {
        let address = try session.address(target, .tree)
        let options = try session.writeOptions()
        let report = session.report
        let tree = try LocalTree(directory) { report.failed($0) }
        let store = try await session.store(address, makesPlace: true)
        let (totalBytes, totalObjects) = report.terminal.hasProgress ? try await measure(directory) : (nil, nil)
        report.terminal.begin(
            LocalNames.last(directory), totalBytes: totalBytes, objects: 0, totalObjects: totalObjects)
        let many = ManyObjects(limit: try session.concurrency ?? Session.defaultConcurrency, report: report)
        try await many.run({ try await tree.next() }, size: { $0.size }) { file in
            let target = address.with(key: address.key + file.relative)
            let source = try await LocalSource.open(file.path)
            try await Upload(store: store, target: target, options: options, report: report).run(source)
        }
        try report.summary("put")
    }

    /// Counts ahead, so that the progress bar knows its end.
    private static func measure(_ directory: String) async throws -> (Int64?, Int64?) {
        let tree = try LocalTree(directory) { _ in }
        var bytes: Int64 = 0
        var count: Int64 = 0
        while let file = try await tree.next() {
            bytes += file.size
            count += 1
        }
        return (bytes, count)
    }
}
