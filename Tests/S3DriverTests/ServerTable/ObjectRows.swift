import Coffer
import CofferTesting

private let metadata = ObjectMetadata(
    contentType: "text/x-own", contentDisposition: "inline", contentEncoding: "x-own", contentLanguage: "de",
    cacheControl: "no-store", user: ["colour": "red"])

/// What is done with whole objects.
let objectRows: [TableRow] = [
    TableRow("Objects", "put and get") { table in
        try await table.store.put("k", "text")
        try table.expect(try await table.store.get("k").bytes.utf8String == "text")
    },
    TableRow("Objects", "put of an empty object") { table in
        try await table.store.put("k", "")
        try table.expect(try await table.store.stat("k").size == 0)
    },
    TableRow("Objects", "keys of odd characters") { table in
        for key: Key in ["a b+c%20&=?#ü€😀", "a//b", "/a", "a/", "'\"<>\\"] {
            try await table.store.put(key, "x")
            try table.expect(try await table.store.get(key).bytes.utf8String == "x")
        }
    },
    TableRow("Objects", "content headers and user metadata") { table in
        try await table.store.put("k", "x", WriteOptions(metadata: metadata))
        try table.expect(try await table.store.stat("k").metadata == metadata)
    },
    TableRow("Objects", "user metadata beyond ASCII") { table in
        let metadata = ObjectMetadata(user: ["name": "Grüße, 世界"])
        try await table.store.put("k", "x", WriteOptions(metadata: metadata))
        try table.expect(try await table.store.stat("k").metadata.user == metadata.user)
    },
    TableRow("Objects", "put only if absent") { table in
        try await table.store.put("k", "1", WriteOptions(condition: .absent))
        let error = try await table.refusal { try await table.store.put("k", "2", WriteOptions(condition: .absent)) }
        if error.code != .alreadyExists { throw error }
    },
    TableRow("Objects", "put only over an ETag") { table in
        let old = try table.etag(try await table.store.put("k", "1"))
        try await table.store.put("k", "2", WriteOptions(condition: .matches(old)))
        let error = try await table.refusal {
            try await table.store.put("k", "3", WriteOptions(condition: .matches(old)))
        }
        if error.code != .preconditionFailed { throw error }
    },
    TableRow("Objects", "get of a range and of a suffix") { table in
        try await table.store.put("k", "0123456789")
        try table.expect(try await table.store.get("k", range: .bounded(2..<5)).utf8String == "234")
        try table.expect(try await table.store.get("k", range: .suffix(3)).utf8String == "789")
    },
    TableRow("Objects", "get under conditions") { table in
        let etag = try table.etag(try await table.store.put("k", "x"))
        _ = try await table.store.get("k", ReadOptions(ifMatch: etag))
        let changed = try await table.refusal {
            _ = try await table.store.get("k", ReadOptions(ifMatch: ETag("\"other\"")))
        }
        if changed.code != .preconditionFailed { throw changed }
        let same = try await table.refusal { _ = try await table.store.get("k", ReadOptions(ifNoneMatch: etag)) }
        if same.code != .notModified { throw same }
    },
    TableRow("Objects", "delete") { table in
        try await table.store.put("k", "x")
        try await table.store.delete("k")
        try table.expect(try await !table.store.exists("k"))
        try await table.store.delete("k")
    },
    TableRow("Objects", "delete only with an ETag") { table in
        let etag = try table.etag(try await table.store.put("k", "x"))
        let error = try await table.refusal {
            try await table.store.delete("k", DeleteOptions(ifMatch: ETag("\"other\"")))
        }
        if error.code != .preconditionFailed { throw error }
        try await table.store.delete("k", DeleteOptions(ifMatch: etag))
        try table.expect(try await !table.store.exists("k"))
    },
    TableRow("Objects", "delete of many") { table in
        let keys = (0..<20).map { Key("k\($0)") }
        for key in keys { try await table.store.put(key, "x") }
        for outcome in try await table.store.delete(keys) { if let error = outcome.error { throw error } }
        try table.expect(try await table.store.list().collect().isEmpty)
    },
]
