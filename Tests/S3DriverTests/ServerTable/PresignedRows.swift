import Coffer
import CofferTesting

/// Presigned requests, made by curl.
let presignedRows: [TableRow] = [
    TableRow("Presigned requests", "GET") { table in
        try await table.store.put("k ü", "text")
        let answer = try await table.curl(try await table.store.presign("k ü"))
        try table.expect(answer.body.utf8String == "text")
    },
    TableRow("Presigned requests", "GET with another content type") { table in
        try await table.store.put("k", "text")
        let options = PresignOptions(query: ["response-content-type": "text/x-own"])
        let answer = try await table.curl(try await table.store.presign("k", options))
        try table.expect(answer.headers["content-type"] == "text/x-own")
    },
    TableRow("Presigned requests", "PUT") { table in
        _ = try await table.curl(try await table.store.presign("k", PresignOptions(method: .put)), body: "text")
        try table.expect(try await table.store.get("k").bytes.utf8String == "text")
    },
    TableRow("Presigned requests", "HEAD") { table in
        try await table.store.put("k", "text")
        let answer = try await table.curl(try await table.store.presign("k", PresignOptions(method: .head)))
        try table.expect(answer.headers["content-length"] == "4")
    },
    TableRow("Presigned requests", "DELETE") { table in
        try await table.store.put("k", "text")
        _ = try await table.curl(try await table.store.presign("k", PresignOptions(method: .delete)))
        try table.expect(try await !table.store.exists("k"))
    },
    TableRow("Presigned requests", "refused when a signature is wrong") { table in
        try await table.store.put("k", "text")
        var request = try await table.store.presign("k")
        request.url.removeLast()
        request.url += "0"
        do { _ = try await table.curl(request) } catch let refused as Refused where refused.status == 403 { return }
        // It may have ended with 0 by chance.
        request.url.removeLast()
        request.url += "1"
        do { _ = try await table.curl(request) } catch let refused as Refused where refused.status == 403 { return }
        throw Ignored()
    },
]
