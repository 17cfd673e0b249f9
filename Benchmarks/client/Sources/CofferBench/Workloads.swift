import Coffer
import FileSystemDriver
import Glibc
import MemoryDriver
import S3Driver

/// One workload: prepared once, then run once or twice; the first run may check what it got.
typealias Workload = @Sendable (Arguments) async throws -> @Sendable (_ verify: Bool) async throws -> Outcome

func s3(_ a: Arguments, bucket: String? = nil) async throws(StoreError) -> Store {
    var options = [
        "bucket": bucket ?? a.bucket, "endpoint": a.endpoint, "region": "us-east-1", "retry_attempts": "1",
        "part_size": String(a.part),
    ]
    if let ca = a.ca { options["ca_file"] = ca }
    if getenv("BENCH_SIGNED") == nil { options["payload_signing"] = "never" }
    return try await Store.open(driver: "s3", options: options)
}

/// The object with number `i`: the number as 8 bytes, repeated.
func content(_ i: Int, _ size: Int) -> Chunk {
    Chunk(capacity: size) { buffer in
        let words = buffer.bindMemory(to: UInt64.self)
        for index in words.indices { words[index] = UInt64(i).littleEndian }
        return words.count * 8
    }
}

func sourceBytes(_ a: Arguments) throws -> Chunk {
    let region = try OpenFile.reading(a.source).wholeRegion()
    let builder = try ChunkBuilder(capacity: Int(region.count))
    while !builder.remaining.isEmpty {
        builder.advance(by: try region.read(into: builder.remaining, at: Int64(builder.count)))
    }
    return builder.finish()
}

func directory(_ a: Arguments) async throws -> Store {
    try await Store.open(driver: "fs", options: ["root": a.directory, "durability": "relaxed"])
}

func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        guard count > 0 else { throw StoreError(.io, systemMessage(errno)) }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
}

let workloads: [String: Workload] = [
    "down_stream": { a in
        let store = try await s3(a)
        return { verify in
            let reader = try await store.reader(Key(a.key))
            let hash = verify ? Hash() : nil
            var total: Int64 = 0
            while let chunk = try await reader.next() {
                total += Int64(chunk.count)
                if let hash { chunk.withUnsafeBytes { hash.update($0) } }
            }
            return Outcome(bytes: total, sum: hash?.finish())
        }
    },
    "down_mem": { a in
        let store = try await s3(a)
        return { verify in
            let bytes = try await store.get(Key(a.key)).bytes
            let hash = verify ? Hash() : nil
            if let hash { bytes.withUnsafeBytes { hash.update($0) } }
            return Outcome(bytes: Int64(bytes.count), sum: hash?.finish())
        }
    },
    "down_file": { a in
        let store = try await s3(a)
        return { verify in
            let reader = try await store.reader(Key(a.key))
            let file = open(a.destination, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            defer { close(file) }
            var total: Int64 = 0
            while let chunk = try await reader.next() {
                try chunk.withUnsafeBytes { try writeAll(file, $0) }
                total += Int64(chunk.count)
            }
            return Outcome(bytes: total, sum: verify ? try hash(ofFile: a.destination) : nil)
        }
    },
    "up_mem": { a in
        let store = try await s3(a)
        let bytes = try sourceBytes(a)
        return { _ in
            try await store.put(Key(a.key), .chunk(bytes), WriteOptions(partSize: a.part, concurrency: a.concurrency))
            return Outcome(bytes: Int64(bytes.count))
        }
    },
    "up_file": { a in
        let store = try await s3(a)
        return { _ in
            let info = try await store.put(
                Key(a.key), .file(a.source), WriteOptions(partSize: a.part, concurrency: a.concurrency))
            return Outcome(bytes: info.size)
        }
    },
    "put_small": { a in
        let store = try await s3(a)
        return { verify in
            let n = verify ? min(500, a.n) : a.n
            let latencies = try await loop(n, a.concurrency) { i in
                try await store.put(Key(a.name(i)), .chunk(content(i, a.size)))
            }
            return Outcome(bytes: Int64(n * a.size), operations: n, latencies: latencies)
        }
    },
    "get_small": { a in
        let store = try await s3(a)
        return { verify in
            let n = verify ? min(500, a.n) : a.n
            let latencies = try await loop(n, a.concurrency) { i in
                let bytes = try await store.get(Key(a.name(i))).bytes
                guard bytes.count == a.size, !verify || bytes == content(i, a.size) else {
                    throw StoreError(.checksumMismatch, "object \(i) is wrong")
                }
            }
            return Outcome(bytes: Int64(n * a.size), operations: n, latencies: latencies)
        }
    },
    "list": { a in
        let store = try await s3(a, bucket: "list100k")
        return { _ in
            var count = 0
            for try await entry in store.list(prefix: "data/") where entry.name.utf8.count > 0 { count += 1 }
            return Outcome(operations: count)
        }
    },
    "delete": { a in
        let store = try await s3(a)
        return { _ in
            let outcomes = try await store.delete((0..<a.n).map { Key(a.name($0)) })
            if let error = outcomes.lazy.compactMap(\.error).first { throw error }
            return Outcome(operations: outcomes.count)
        }
    },
    "presign": { a in
        let store = try await s3(a)
        return { _ in
            var last = ""
            for i in 0..<a.n {
                last = try await store.presign(Key(a.name(i)), PresignOptions(expiresIn: .seconds(3600))).url
            }
            guard last.contains("X-Amz-Signature=") else { throw StoreError(.internal, "no signature in \(last)") }
            return Outcome(operations: a.n)
        }
    },
    "fs_put": { a in
        let store = try await directory(a)
        return { verify in
            let n = verify ? min(500, a.n) : a.n
            let latencies = try await loop(n, 1) { i in
                try await store.put(Key(String(a.name(i).dropFirst(a.prefix.count))), .chunk(content(i, a.size)))
            }
            return Outcome(bytes: Int64(n * a.size), operations: n, latencies: latencies)
        }
    },
    "fs_get": { a in
        let store = try await directory(a)
        return { verify in
            let n = verify ? min(500, a.n) : a.n
            let latencies = try await loop(n, 1) { i in
                let bytes = try await store.get(Key(String(a.name(i).dropFirst(a.prefix.count)))).bytes
                guard bytes.count == a.size else { throw StoreError(.checksumMismatch, "object \(i) is wrong") }
            }
            return Outcome(bytes: Int64(n * a.size), operations: n, latencies: latencies)
        }
    },
    "fs_stat": { a in
        let store = try await directory(a)
        return { _ in
            let latencies = try await loop(a.n, 1) { i in
                let info = try await store.stat(Key(String(a.name(i).dropFirst(a.prefix.count))))
                guard info.size == Int64(a.size) else { throw StoreError(.checksumMismatch, "object \(i) is wrong") }
            }
            return Outcome(operations: a.n, latencies: latencies)
        }
    },
    "fs_list": { a in
        let store = try await directory(a)
        return { _ in
            var count = 0
            for try await entry in store.list() where entry.name.utf8.count > 0 { count += 1 }
            return Outcome(operations: count)
        }
    },
    "fs_write1g": { a in
        let store = try await directory(a)
        let bytes = try sourceBytes(a)
        return { verify in
            try await store.put("1g", .chunk(bytes))
            return Outcome(bytes: Int64(bytes.count), sum: verify ? try hash(ofFile: a.directory + "/1g") : nil)
        }
    },
    "fs_read1g": { a in
        let slash = a.source.lastIndex(of: "/") ?? a.source.startIndex
        let store = try await Store.open(
            driver: "fs", options: ["root": String(a.source[..<slash]), "durability": "relaxed"])
        let key = Key(String(a.source[a.source.index(after: slash)...]))
        return { verify in
            let bytes = try await store.get(key).bytes
            let hash = verify ? Hash() : nil
            if let hash { bytes.withUnsafeBytes { hash.update($0) } }
            return Outcome(bytes: Int64(bytes.count), sum: hash?.finish())
        }
    },
    "mem_put": { a in
        let store = try await Store.open("memory://" + (getenv("BENCH_MEM").map { String(cString: $0) } ?? ""))
        let chunk = content(7, a.size)
        let keys = (0..<a.n).map { Key(a.name($0)) }
        return { _ in
            for key in keys { try await store.put(key, .chunk(chunk)) }
            return Outcome(operations: keys.count)
        }
    },
    "mem_get": { a in
        let store = try await Store.open("memory://" + (getenv("BENCH_MEM").map { String(cString: $0) } ?? ""))
        let chunk = content(7, a.size)
        let keys = (0..<a.n).map { Key(a.name($0)) }
        for key in keys { try await store.put(key, .chunk(chunk)) }
        return { _ in
            for key in keys {
                guard try await store.get(key).bytes.count == a.size else { throw StoreError(.internal, "wrong size") }
            }
            return Outcome(operations: keys.count)
        }
    },
]
