import Coffer

extension ConformanceSuite {
    /// Forms for uploads by POST, and uploads in parts by presigned requests, both used by plain curl.
    static let presignUploadCases: [ConformanceCase] = [
        ConformanceCase(.presign, "post", requires: .presignPost) { t in
            let form = try await t.store.presignPost(
                .exactly("a/ü b.txt"), PostOptions(fields: [.contentType: .exactly("text/x")], successStatus: 201))
            try await t.expectMissing("a/ü b.txt")
            let answer = try await post(t, form, file: "hello")
            try expectEqual(answer.status, 201)
            try expectEqual(try await t.text("a/ü b.txt"), "hello")
            try expectEqual(try await t.store.stat("a/ü b.txt").metadata.contentType, "text/x")
        },
        ConformanceCase(.presign, "postPlain", requires: .presignPost) { t in
            let answer = try await post(t, t.store.presignPost(.exactly("object")), file: "")
            try expectEqual(answer.status, 204)
            try expectEqual(try await t.store.stat("object").size, 0)
        },
        ConformanceCase(.presign, "postMetadata", requires: [.presignPost, .userMetadata]) { t in
            let form = try await t.store.presignPost(
                .exactly("object"),
                PostOptions(fields: [
                    .metadata("owner"): .exactly("me"), .metadata("title"): .startingWith(""),
                ]))
            try expectEqual(try await post(t, form, [("x-amz-meta-title", "mine")], file: "x").status, 204)
            try expectEqual(try await t.store.stat("object").metadata.user, ["owner": "me", "title": "mine"])
        },
        ConformanceCase(.presign, "postStartingWith", requires: .presignPost) { t in
            let form = try await t.store.presignPost(.startingWith("in/"))
            // The service puts the file's name in.
            try expectEqual(try await post(t, form, file: "hello", name: "photo.txt").status, 204)
            try expectEqual(try await t.text("in/photo.txt"), "hello")
            try expectEqual(try await post(t, form.renaming("${filename}", "other"), file: "x").status, 204)
            try expectEqual(try await t.text("in/other"), "x")
            let refused = try await post(t, form.renaming("in/${filename}", "elsewhere/x"), file: "x")
            try expectEqual(refused.status, 403)
        },
        ConformanceCase(.presign, "postSize", requires: .presignPost) { t in
            let form = try await t.store.presignPost(.exactly("object"), PostOptions(size: 3...5))
            for file in ["ab", "abcdef"] {
                try expectEqual(try await post(t, form, file: file).status, 400, "the answer to \(file.count) bytes")
                try await t.expectMissing("object")
            }
            for file in ["abc", "abcde"] {
                try expectEqual(try await post(t, form, file: file).status, 204, "the answer to \(file.count) bytes")
                try expectEqual(try await t.text("object"), file)
            }
        },
        ConformanceCase(.presign, "postConditions", requires: .presignPost) { t in
            let form = try await t.store.presignPost(
                .exactly("object"),
                PostOptions(fields: [.cacheControl: .exactly("no-cache"), .contentType: .startingWith("image/")]))
            let image = [("Content-Type", "image/png")]
            // Another value, another type, a field that the policy does not know, another key.
            var accepted = 0
            for (bad, more) in [
                (form.setting("Cache-Control", "public"), image),
                (form, [("Content-Type", "text/html")]), (form, image + [("Content-Disposition", "inline")]),
                (form.renaming("object", "obj3ct"), image),
            ] {
                let status = try await post(t, bad, more, file: "x").status
                if status == 204, t.has(.ignoresPostPolicy) { accepted += 1 } else { try expectEqual(status, 403) }
            }
            if t.has(.ignoresPostPolicy) {
                try expect(accepted > 0, "a form that its policy forbids is taken")
            } else {
                try await t.expectMissing("object")
                try await t.expectMissing("obj3ct")
            }
            try expectEqual(try await post(t, form, image, file: "x").status, 204)
            try expectEqual(try await t.store.stat("object").metadata.contentType, "image/png")
        },
        ConformanceCase(.presign, "postSignature", requires: .presignPost) { t in
            let form = try await t.store.presignPost(.exactly("object"))
            let bad = form.setting("x-amz-signature", String(repeating: "0", count: 64))
            let status = try await post(t, bad, file: "x").status
            if t.has(.ignoresPostPolicy) { return try expectEqual(status, 204) }
            try expectEqual(status, 403)
            try await t.expectMissing("object")
        },
        ConformanceCase(.presign, "postExpired", requires: .presignPost) { t in
            let past = Timestamp.now().advanced(by: .seconds(-600))
            let options = PostOptions(expiresIn: .seconds(60), date: past)
            let form = try await t.store.presignPost(.exactly("object"), options)
            try expect(form.expires < .now(), "it says that it has expired")
            try expectEqual(try await post(t, form, file: "x").status, 403)
            try await t.expectMissing("object")
        },
        ConformanceCase(.presign, "postRedirect", requires: .presignPost) { t in
            let options = PostOptions(successRedirect: "http://localhost/done?from=form")
            let form = try await t.store.presignPost(.exactly("object"), options)
            let answer = try await post(t, form, file: "x")
            try expectEqual(answer.status, 303)
            let place = answer.headers["location"] ?? ""
            try expect(place.hasPrefix("http://localhost/done?from=form"), "the redirect leads to '\(place)'")
            try expectEqual(try await t.text("object"), "x")
        },
        ConformanceCase(.presign, "postRefused", requires: .presignPost) { t in
            try await expectError(.invalidKey) { _ = try await t.store.presignPost(.exactly("../object")) }
            try await expectError(.invalidArgument) {
                _ = try await t.store.presignPost(.exactly("object"), PostOptions(expiresIn: .seconds(604_801)))
            }
        },
        ConformanceCase(.presign, "uploadInParts", requires: [.presign, .multipart]) { t in
            func send(_ method: PresignMethod, _ body: String? = nil) async throws -> CurlCommand.Answer {
                let request = try await t.store.presign("object", PresignOptions(method: method))
                return try await CurlCommand(arguments: t.target.curlArguments).send(request, body: body)
            }
            func begin() async throws -> String {
                let answer = try await send(.createUpload, "")
                try expectEqual(answer.status, 200)
                guard let id = (answer.body.utf8String ?? "").text(between: "<UploadId>", "</UploadId>") else {
                    throw ConformanceFailure("the answer", expected: "an UploadId", actual: "none")
                }
                return id
            }
            let upload = try await begin()
            let part = try await send(.uploadPart(upload: upload, number: 1), "in one part")
            try expectEqual(part.status, 200)
            let etag = part.headers["etag"] ?? ""
            try await t.expectMissing("object")
            let list =
                "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\(etag)</ETag></Part>"
                + "</CompleteMultipartUpload>"
            try expectEqual(try await send(.completeUpload(upload: upload), list).status, 200)
            try expectEqual(try await t.text("object"), "in one part")
            // And one that is given up.
            let other = try await begin()
            try expectEqual(try await send(.uploadPart(upload: other, number: 2), "x").status, 200)
            let aborted = try await send(.abortUpload(upload: other)).status
            try expect((200..<300).contains(aborted), "the answer \(aborted) to an abort is a success")
            try expectEqual(try await send(.uploadPart(upload: other, number: 1), "x").status, 404)
            try expectEqual(try await t.text("object"), "in one part")
        },
    ]

    private static func post(
        _ t: ConformanceContext, _ form: PresignedPost, _ more: [(String, String)] = [], file: String,
        name: String = "file.bin"
    ) async throws -> CurlCommand.Answer {
        try await CurlCommand(arguments: t.target.curlArguments).post(form, more, file: file, name: name)
    }
}

extension PresignedPost {
    /// The form with another end of its key.
    fileprivate func renaming(_ end: String, _ other: String) -> PresignedPost {
        guard let key = self["key"], key.hasSuffix(end) else { return self }
        return setting("key", String(key.dropLast(end.count)) + other)
    }

    /// The form with another value in a field.
    fileprivate func setting(_ name: String, _ value: String) -> PresignedPost {
        var form = self
        form.fields = fields.map { $0.name == name ? Field(name: name, value: value) : $0 }
        return form
    }
}

extension String {
    /// What stands between two texts; nil if they are not there.
    fileprivate func text(between start: String, _ end: String) -> String? {
        var rest = self[...]
        while !rest.isEmpty, !rest.hasPrefix(start) { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        rest = rest.dropFirst(start.count)
        var result = ""
        while let first = rest.first, !rest.hasPrefix(end) {
            result.append(first)
            rest = rest.dropFirst()
        }
        return result
    }
}
