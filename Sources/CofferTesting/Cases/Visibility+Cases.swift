import Coffer

extension ConformanceSuite {
    /// Who may read an object, and URLs without a signature, used by plain curl where there are some.
    static let visibilityCases: [ConformanceCase] = [
        ConformanceCase(.stat, "visibility", requires: .visibility) { t in
            try await t.put("object", text: "hello")
            for visibility in [Visibility.public, .private, .private, .public] {
                let before = try await t.store.stat("object")
                try await t.store.setVisibility(visibility, of: "object")
                try expectEqual(try await t.store.visibility(of: "object"), visibility)
                let after = try await t.store.stat("object")
                try expectEqual(after.etag, before.etag, "the ETag")
                try expectEqual(try await t.text("object"), "hello")
                try await expectReadable(t, "object", visibility == .public)
            }
        },
        ConformanceCase(.write, "visibility", requires: .visibility) { t in
            for visibility in Visibility.allCases {
                let key = Key("a ü/\(visibility.rawValue)")
                try await t.store.put(key, "hello", WriteOptions(visibility: visibility))
                try expectEqual(try await t.store.visibility(of: key), visibility)
                try await expectReadable(t, key, visibility == .public)
            }
        },
        ConformanceCase(.writer, "visibility", requires: .visibility) { t in
            let size = t.store.capabilities.minPartSize
            for visibility in Visibility.allCases {
                let options = WriteOptions(partSize: max(size, 1), visibility: visibility)
                let writer = try await t.store.writer("object", options)
                try await writer.write(ConformanceContext.pattern(Int(min(size + 1, 6 << 20))))
                _ = try await writer.finish()
                try expectEqual(try await t.store.visibility(of: "object"), visibility)
            }
        },
        ConformanceCase(.write, "visibilityOfANewObject", requires: .visibility) { t in
            // What was said of the object before does not count for the one that takes its place.
            try await t.put("object")
            let usual = try await t.store.visibility(of: "object")
            let other = usual == .public ? Visibility.private : .public
            try await t.store.setVisibility(other, of: "object")
            try await t.put("object", text: "new")
            try expectEqual(try await t.store.visibility(of: "object"), usual)
        },
        ConformanceCase(.stat, "visibilityOfNothing", requires: .visibility) { t in
            try await expectError(.notFound) { _ = try await t.store.visibility(of: "missing") }
            try await expectError(.notFound) { try await t.store.setVisibility(.public, of: "missing") }
            try await expectError(.invalidKey) { _ = try await t.store.visibility(of: "../object") }
            try await expectError(.invalidKey) { try await t.store.setVisibility(.public, of: "../object") }
            try await t.expectMissing("missing")
        },
        ConformanceCase(.presign, "publicURL", requires: [.publicURL, .visibility]) { t in
            for key in ["object", "ü/日本 😀", "a b+c%20&d=e", "a#b?c"] as [Key] {
                let url = try await t.store.publicURL(key)
                try expect(!url.contains("X-Amz") && !url.contains("?"), "the URL '\(url)' has no signature")
                try await t.store.put(key, "hello", WriteOptions(visibility: .public))
                try await expectReadable(t, key, true)
            }
        },
        ConformanceCase(.presign, "publicURLAlone", requires: .publicURL) { t in
            // Nothing is asked, so nothing need be there.
            try expect(try await t.store.publicURL("missing").hasSuffix("missing"), "the URL ends with the key")
            try await expectError(.invalidKey) { _ = try await t.store.publicURL("../object") }
        },
    ]

    /// Whether everybody can read an object by its public URL; where there are none, nobody can tell.
    private static func expectReadable(_ t: ConformanceContext, _ key: Key, _ expected: Bool) async throws {
        guard t.store.capabilities.features.contains(.publicURL) else { return }
        let url = try await t.store.publicURL(key)
        let request = PresignedRequest(method: "GET", url: url, headers: [:], expires: .now())
        let answer = try await CurlCommand(arguments: t.target.curlArguments).send(request, body: nil)
        let status = expected || t.has(.readableByAll) ? 200 : 403
        try expectEqual(answer.status, status, "the answer to anybody who asks for '\(key)'")
        if expected { try expectEqual(answer.body.utf8String, "hello") }
    }
}
