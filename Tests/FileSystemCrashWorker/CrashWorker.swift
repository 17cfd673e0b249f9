import Coffer
import FileSystemDriver

/// The bytes of a version: every line names it, so that two versions mixed are seen.
private func bytes(_ version: Int, _ key: String) -> [UInt8] {
    let line = "\(key) \(version)\n"
    return Array(String(repeating: line, count: 1 + version * 7919 % 3000).utf8)
}

private func options(_ version: Int) -> WriteOptions {
    var metadata = ObjectMetadata(contentType: "text/plain", user: ["version": String(version)])
    // Every fifth has metadata that needs a file of its own.
    if version % 5 == 0 { metadata.contentDisposition = String(repeating: "m", count: 70_000) }
    return WriteOptions(metadata: metadata)
}

/// The operations that are interrupted.
struct CrashWorker: Sendable {
    let store: Store

    /// Writes at once.
    func put(_ key: String, _ version: Int) async throws(StoreError) {
        try await store.put(Key(key), .bytes(bytes(version, key)), options(version))
    }

    /// Writes as a stream.
    func writeInPieces(_ key: String, _ version: Int) async throws(StoreError) {
        let all = Chunk(bytes(version, key))
        let writer = try await store.writer(Key(key), options(version))
        var offset = 0
        while offset < all.count {
            try await writer.write(all.slice(offset..<(offset + 70_000)))
            offset += 70_000
        }
        _ = try await writer.finish()
    }

    /// One operation by its name.
    func perform(_ operation: String) async throws(StoreError) {
        switch operation {
        case "create": try await put("new", 2)
        case "create-below": try await put("x/y/z", 2)
        case "create-only":
            var options = options(2)
            options.condition = .absent
            try await store.put("new", .bytes(bytes(2, "new")), options)
        case "overwrite": try await put("old", 2)
        case "overwrite-large-metadata": try await put("old", 10)
        case "replace-large-metadata": try await put("large", 2)
        case "compare-and-swap":
            var options = options(2)
            options.condition = .matches(try await store.stat("old").etag ?? "")
            try await store.put("old", .bytes(bytes(2, "old")), options)
        case "promote": try await put("old/below", 2)
        case "own-object": try await put("dir", 2)
        case "writer": try await writeInPieces("old", 2)
        case "copy": try await store.copy("old", to: "other")
        case "copy-large-metadata": try await store.copy("large", to: "other")
        case "move": try await store.move("old", to: "other")
        case "move-below": try await store.move("dir/a", to: "p/q/r")
        case "move-onto": try await store.move("old", to: "large")
        case "delete": try await store.delete("old")
        case "delete-last": try await store.delete("dir/a")
        case "delete-large-metadata": try await store.delete("large")
        default: throw StoreError(.invalidArgument, "there is no operation '\(operation)'")
        }
    }
}
