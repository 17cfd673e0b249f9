import Coffer

extension Command {
    static let get = Command(
        name: "get", summary: "fetch an object into a file, a pipe, or a tree into a directory",
        usage: ["get SOURCE [FILE|DIRECTORY|-]", "get --recursive SOURCE DIRECTORY"],
        details: [
            "Without FILE the object goes into the current directory under the last part of its key; '-' is standard",
            "output. A file appears complete or not at all, and keeps its old contents until then. With --recursive,",
            "everything below SOURCE goes below DIRECTORY, which is made if need be.",
        ],
        options: [
            CommonOptionSpecs.recursive, CommonOptionSpecs.range, CommonOptionSpecs.ifMatch,
            CommonOptionSpecs.ifNoneMatch, CommonOptionSpecs.partSize, CommonOptionSpecs.concurrency,
        ]
    ) { session in
        let arguments = try session.positionals(1...2, "SOURCE and perhaps a file, a directory or '-'")
        if session.isRecursive {
            guard arguments.count == 2 else { throw UsageError("--recursive needs a directory to fetch into") }
            if arguments[1] == "-" { throw UsageError("a tree cannot go to standard output; name a directory") }
            try session.refuse(["range", "if-match", "if-none-match"], "for a whole tree")
            try await getTree(session, arguments[0], arguments[1])
        } else {
            try await getOne(session, arguments[0], arguments.count > 1 ? arguments[1] : ".")
        }
    }

    static let cat = Command(
        name: "cat", summary: "write objects to standard output", usage: ["cat SOURCE..."],
        options: [CommonOptionSpecs.range, CommonOptionSpecs.ifMatch, CommonOptionSpecs.ifNoneMatch]
    ) { session in
        let options = try session.readOptions()
        let addresses = try session.positionals(1...Int.max, "SOURCE...").map { try session.objectAddress($0) }
        for address in addresses {
            let store = try await session.store(address, others: addresses)
            try await Download(store: store, source: address, options: options, report: session.report).runToOutput()
        }
    }

    private static func getOne(_ session: Session, _ source: String, _ target: String) async throws {
        let address = try session.objectAddress(source)
        let options = try session.readOptions()
        let store = try await session.store(address)
        let download = Download(store: store, source: address, options: options, report: session.report)
        let name = LocalNames.last(address.key)
        session.report.terminal.begin(name, totalBytes: nil)
        if target == "-" { return try await download.runToOutput() }
        var path = target
        if isDirectory(target) || target.utf8.last == UInt8(ascii: "/") {
            path = try LocalNames.path(for: name, below: target)
            if target == "." { path = name }
        }
        if session.report.terminal.hasProgress {
            // Only the bar needs the size beforehand; a range shows no percentage.
            let size = options.range == nil ? try? await store.stat(Key(address.key)).size : nil
            session.report.terminal.begin(name, totalBytes: size)
        }
        try await download.run(to: path, makingDirectories: target.utf8.last == UInt8(ascii: "/"))
    }

    private static func getTree(_ session: Session, _ source: String, _ directory: String) async throws {
        let address = try session.address(source, .tree)
        let store = try await session.store(address)
        let report = session.report
        try await BlockingPool.run { () throws(StoreError) in
            try AtomicFile.makeDirectories(above: directory + "/")
        }
        report.terminal.begin(LocalNames.last(directory), totalBytes: nil, objects: 0)
        let many = ManyObjects(limit: try session.concurrency ?? Session.defaultConcurrency, report: report)
        var listing = store.list(prefix: address.key).makeAsyncIterator()
        try await many.run({ try await nextObject(&listing) }, size: { $0.size }) { info in
            let relative = String(Substring(info.key.string.utf8.dropFirst(address.key.utf8.count)))
            // Some tools mark a directory with an empty object; here the directory itself is its mark.
            if info.size == 0 && (relative.isEmpty || relative.utf8.last == UInt8(ascii: "/")) {
                return try await makeDirectory(relative, below: directory)
            }
            do {
                let path = try LocalNames.path(for: relative, below: directory)
                let source = address.with(key: info.key.string)
                try await Download(store: store, source: source, options: ReadOptions(), report: report)
                    .run(to: path, expected: info.size, makingDirectories: true)
            } catch let error as StoreError {
                throw error.filling(operation: .get, key: info.key.string)
            }
        }
        try report.summary("get")
    }

    private static func makeDirectory(_ relative: String, below directory: String) async throws {
        if relative.isEmpty { return }
        let path = try LocalNames.path(for: String(relative.dropLast()), below: directory)
        try await BlockingPool.run { () throws(StoreError) in try AtomicFile.makeDirectories(above: path + "/") }
    }

    /// The next object of a listing, without common prefixes.
    static func nextObject(_ listing: inout ObjectList.Iterator) async throws(StoreError) -> ObjectInfo? {
        while let entry = try await listing.next() {
            if case .object(let info) = entry { return info }
        }
        return nil
    }

    private static func isDirectory(_ path: String) -> Bool {
        FileStatus(path)?.isDirectory ?? false
    }
}
