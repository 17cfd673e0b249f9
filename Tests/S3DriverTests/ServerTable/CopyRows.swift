import Coffer
import CofferTesting

/// Copies on the server.
let copyRows: [TableRow] = [
    TableRow("Copies", "copy with metadata") { table in
        let metadata = ObjectMetadata(contentType: "text/x-own", user: ["a": "b"])
        try await table.store.put("a", "text", WriteOptions(metadata: metadata))
        try await table.store.copy("a", to: "b")
        let copy = try await table.store.get("b")
        try table.expect(copy.bytes.utf8String == "text" && copy.info.metadata == metadata)
    },
    TableRow("Copies", "copy with other metadata, onto itself too") { table in
        try await table.store.put("a", "text", WriteOptions(metadata: ObjectMetadata(user: ["a": "b"])))
        let other = ObjectMetadata(contentType: "text/x-own", user: ["c": "d"])
        for target: Key in ["b", "a"] {
            try await table.store.copy("a", to: target, CopyOptions(metadata: other))
            try table.expect(try await table.store.stat(target).metadata == other)
        }
    },
    TableRow("Copies", "copy only if absent") { table in
        try await table.store.put("a", "1")
        try await table.store.copy("a", to: "b", CopyOptions(condition: .absent))
        let error = try await table.refusal {
            try await table.store.copy("a", to: "b", CopyOptions(condition: .absent))
        }
        if error.code != .alreadyExists { throw error }
    },
    TableRow("Copies", "copy only of an ETag") { table in
        let etag = try table.etag(try await table.store.put("a", "1"))
        try await table.store.copy("a", to: "b", CopyOptions(ifSourceMatch: etag))
        let error = try await table.refusal {
            try await table.store.copy("a", to: "b", CopyOptions(ifSourceMatch: ETag("\"other\"")))
        }
        if error.code != .preconditionFailed { throw error }
    },
    TableRow("Copies", "copy by parts") { table in
        let bytes = ConformanceContext.pattern(11 << 20)
        try await table.store.put("a", .chunk(bytes), WriteOptions(metadata: ObjectMetadata(user: ["a": "b"])))
        try await table.store.copy("a", to: "b", CopyOptions(partSize: 5 << 20))
        let copy = try await table.store.get("b")
        try table.expect(copy.bytes == bytes && copy.info.metadata.user == ["a": "b"])
    },
    TableRow("Copies", "move") { table in
        try await table.store.put("a", "text")
        try await table.store.move("a", to: "b")
        try table.expect(try await table.store.get("b").bytes.utf8String == "text")
        try table.expect(try await !table.store.exists("a"))
    },
]
