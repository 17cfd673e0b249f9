import Coffer

extension ConformanceSuite {
    /// Presigned requests, used by plain curl. A driver without URLs must say `unsupported` each time.
    static let presignCases: [ConformanceCase] = [
        ConformanceCase(.presign, "get", requires: .presign) { t in
            try await t.put("object", text: "hello")
            let answer = try await curl(t, t.store.presign("object"))
            try expectEqual(answer.status, 200)
            try expectEqual(answer.body.utf8String, "hello")
        },
        ConformanceCase(.presign, "getOddKeys", requires: .presign) { t in
            for key in ["ü/日本 😀", "a b+c%20&d=e", "a#b?c", "a//b", "/a", "quo'te\"<>", "a~*!()"] as [Key] {
                try await t.put(key, text: key.string)
                let answer = try await curl(t, t.store.presign(key))
                try expectEqual(answer.body.utf8String, key.string, "the object '\(key)'")
            }
        },
        ConformanceCase(.presign, "getMissing", requires: .presign) { t in
            try expectEqual(try await curl(t, t.store.presign("missing")).status, 404)
        },
        ConformanceCase(.presign, "put", requires: .presign) { t in
            let url = try await t.store.presign("object", PresignOptions(method: .put))
            try await t.expectMissing("object")
            let answer = try await curl(t, url, body: "uploaded")
            try expectEqual(answer.status, 200)
            try expectEqual(try await t.text("object"), "uploaded")
        },
        ConformanceCase(.presign, "putEmpty", requires: .presign) { t in
            let answer = try await curl(t, t.store.presign("object", PresignOptions(method: .put)), body: "")
            try expectEqual(answer.status, 200)
            try expectEqual(try await t.store.stat("object").size, 0)
        },
        ConformanceCase(.presign, "putContentType", requires: [.presign, .contentType]) { t in
            let options = PresignOptions(method: .put, headers: ["content-type": "text/x"])
            let request = try await t.store.presign("object", options)
            try expectEqual(request.headers["content-type"], "text/x", "the header that must be sent")
            try expectEqual(try await curl(t, request, body: "typed").status, 200)
            try expectEqual(try await t.store.stat("object").metadata.contentType, "text/x")
            // Another type is another request.
            var other = try await t.store.presign("other", options)
            other.headers["content-type"] = "text/y"
            let status = try await curl(t, other, body: "typed").status
            try expectEqual(status, t.has(.ignoresSignedHeaders) ? 200 : 403, "the answer to another content type")
        },
        ConformanceCase(.presign, "head", requires: .presign) { t in
            try await t.put("object", text: "hello")
            let answer = try await curl(t, t.store.presign("object", PresignOptions(method: .head)))
            try expectEqual(answer.status, 200)
            try expectEqual(answer.body.count, 0)
            let missing = try await curl(t, t.store.presign("missing", PresignOptions(method: .head)))
            try expectEqual(missing.status, 404)
        },
        ConformanceCase(.presign, "delete", requires: .presign) { t in
            try await t.put("object")
            let answer = try await curl(t, t.store.presign("object", PresignOptions(method: .delete)))
            try expect((200..<300).contains(answer.status), "the answer \(answer.status) to a delete is a success")
            try await t.expectMissing("object")
        },
        ConformanceCase(.presign, "otherMethod", requires: .presign) { t in
            // A URL for reading must not write.
            try await t.put("object", text: "hello")
            var request = try await t.store.presign("object")
            request.method = "PUT"
            try expectEqual(try await curl(t, request, body: "evil").status, 403)
            request.method = "DELETE"
            try expectEqual(try await curl(t, request).status, 403)
            try expectEqual(try await t.text("object"), "hello")
        },
        ConformanceCase(.presign, "otherKey", requires: .presign) { t in
            try await t.put("object", "obj3ct")
            var request = try await t.store.presign("object")
            guard let place = request.url.range(of: "object") else {
                throw ConformanceFailure("the URL", expected: "the key in it", actual: "another path")
            }
            request.url.replaceSubrange(place, with: "obj3ct")
            try expectEqual(try await curl(t, request).status, 403)
        },
        ConformanceCase(.presign, "expired", requires: .presign) { t in
            try await t.put("object")
            let past = Timestamp.now().advanced(by: .seconds(-600))
            let request = try await t.store.presign("object", PresignOptions(expiresIn: .seconds(60), date: past))
            try expect(request.expires < .now(), "it says that it has expired")
            try expectEqual(try await curl(t, request).status, t.has(.ignoresPresignExpiry) ? 200 : 403)
        },
        ConformanceCase(.presign, "expiresSoon", requires: .presign) { t in
            try await t.put("object")
            let request = try await t.store.presign("object", PresignOptions(expiresIn: .seconds(2)))
            try expectEqual(try await curl(t, request).status, 200)
            try await Sleeper.sleep(for: .seconds(4))
            try expectEqual(try await curl(t, request).status, t.has(.ignoresPresignExpiry) ? 200 : 403)
        },
        ConformanceCase(.presign, "expiryOutOfRange", requires: .presign) { t in
            for expiry in [Duration.zero, .seconds(-1), .seconds(604_801)] {
                try await expectError(.invalidArgument) {
                    _ = try await t.store.presign("object", PresignOptions(expiresIn: expiry))
                }
            }
            _ = try await t.store.presign("object", PresignOptions(expiresIn: .seconds(604_800)))
        },
        ConformanceCase(.presign, "responseOverrides", requires: .presign) { t in
            try await t.put("object", text: "hello")
            let options = PresignOptions(
                overrides: ResponseOverrides(
                    contentType: "text/x", contentDisposition: "attachment; filename=\"a b.txt\""))
            let answer = try await curl(t, t.store.presign("object", options))
            try expectEqual(answer.status, 200)
            if t.has(.ignoresResponseOverrides) {
                try expect(answer.headers["content-disposition"] == nil, "the override is ignored")
                return
            }
            try expectEqual(answer.headers["content-type"], "text/x")
            try expectEqual(answer.headers["content-disposition"], "attachment; filename=\"a b.txt\"")
        },
        ConformanceCase(.presign, "refusedKey") { t in
            try await expectError(.invalidKey) { _ = try await t.store.presign("../object") }
        },
    ]

    private static func curl(
        _ t: ConformanceContext, _ request: PresignedRequest, body: String? = nil
    ) async throws -> CurlCommand.Answer {
        try await CurlCommand(arguments: t.target.curlArguments).send(request, body: body)
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
