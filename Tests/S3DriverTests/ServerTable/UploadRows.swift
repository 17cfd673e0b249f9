import Coffer
import CofferTesting

private let part: Int64 = 5 << 20

/// Uploads in parts.
let uploadRows: [TableRow] = [
    TableRow("Uploads in parts", "of a stream") { table in
        let bytes = ConformanceContext.pattern(12 << 20)
        let writer = try await table.store.writer("k", WriteOptions(partSize: part))
        try await writer.write(bytes)
        _ = try await writer.finish()
        try table.expect(try await table.store.get("k").bytes == bytes)
    },
    TableRow("Uploads in parts", "only if absent") { table in
        try await table.store.put("k", "1")
        let error = try await table.refusal {
            let writer = try await table.store.writer("k", WriteOptions(condition: .absent, partSize: part))
            try await writer.write(ConformanceContext.pattern(6 << 20))
            _ = try await writer.finish()
        }
        if error.code != .alreadyExists { throw error }
        try table.expect(try await table.store.stat("k").size == 1)
    },
    TableRow("Uploads in parts", "listed and aborted") { table in
        let upload = try await table.store.beginUpload("k", .chunk(ConformanceContext.pattern(6 << 20)))
        try table.expect(try await table.store.uploads().map(\.id.key) == ["k"])
        try await table.store.abortUpload(upload.token)
        try table.expect(try await table.store.uploads().isEmpty)
    },
    TableRow("Uploads in parts", "continued from a token") { table in
        let bytes = ConformanceContext.pattern(12 << 20)
        let options = WriteOptions(partSize: part)
        let token = try await table.store.beginUpload("k", .chunk(bytes), options).token
        try await table.store.resumeUpload(token, .chunk(bytes)).finish()
        try table.expect(try await table.store.get("k").bytes == bytes)
    },
]
