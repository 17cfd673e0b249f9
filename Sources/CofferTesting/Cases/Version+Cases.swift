import Coffer

extension ConformanceSuite {
    /// Versions: kept, listed, read, deleted, restored. The storage of a target whose driver claims them must keep them.
    static let versionCases: [ConformanceCase] = [
        ConformanceCase(.versions, "history", requires: .versions) { t in
            try expectEqual(try await t.store.versions(of: "object"), [])
            var written: [String?] = []
            for text in ["1", "22", "333"] { written.append(try await t.put("object", text: text)?.version) }
            try expectEqual(Set(written).count, 3, "the versions of three writes differ")
            var versions = try await t.store.versions(of: "object")
            try expectEqual(versions.map(\.info.version), written.reversed(), "the newest first")
            try expectEqual(versions.map(\.info.size), [3, 2, 1])
            try expectEqual(versions.map(\.isLatest), [true, false, false])
            try expectEqual(versions.map(\.isDeleteMarker), [false, false, false])
            try expect(versions.allSatisfy { $0.info.etag != nil && $0.info.lastModified != nil }, "etags and times")
            for (version, text) in zip(versions, ["333", "22", "1"]) {
                let options = ReadOptions(version: version.info.version)
                try expectEqual(try await t.store.get("object", options).bytes.utf8String, text)
                let info = try await t.store.stat("object", options)
                try expectEqual(info.size, version.info.size)
                try expectEqual(info.etag, version.info.etag)
                try expectEqual(info.version, version.info.version)
            }
            // A delete leaves a marker; without it the object is back.
            try await t.store.delete("object")
            try await t.expectMissing("object")
            try expectEqual(try await t.names(), [])
            versions = try await t.store.versions(of: "object")
            try expectEqual(versions.map(\.isDeleteMarker), [true, false, false, false])
            try expectEqual(versions.map(\.isLatest), [true, false, false, false])
            try expectEqual(versions.dropFirst().map(\.info.version), written.reversed())
            let marker = try known(versions[0].info.version)
            try await t.store.delete("object", DeleteOptions(version: marker))
            try expectEqual(try await t.text("object"), "333")
        },
        ConformanceCase(.versions, "entries", requires: .versions) { t in
            for key in ["a", "a/1", "a/2", "ab", "ä", "b/x/y"] as [Key] {
                try await t.put(key, text: "old")
                try await t.put(key, text: "newer")
            }
            try await t.store.delete("a/1")
            let all = try await t.store.versions().collect()
            try expectEqual(
                all.map(\.name),
                ["a", "a", "a/1", "a/1", "a/1", "a/2", "a/2", "ab", "ab", "b/x/y", "b/x/y", "ä", "ä"])
            try expectEqual(markers(all), ["a/1"])
            let below = try await t.store.versions(VersionListOptions(prefix: "a/")).collect()
            try expectEqual(below.map(\.name), ["a/1", "a/1", "a/1", "a/2", "a/2"])
            let rolled = try await t.store.versions(VersionListOptions(delimiter: "/")).collect()
            try expectEqual(rolled.map(\.name), ["a", "a", "a/", "ab", "ab", "b/", "ä", "ä"])
            try expectEqual(rolled.filter { if case .prefix = $0 { true } else { false } }.map(\.name), ["a/", "b/"])
            try expectEqual(try await t.store.versions(of: "a").count, 2, "of that key only")
            try expectEqual(try await t.store.versions(of: "b").count, 0)
        },
        ConformanceCase(.versions, "pages", requires: .versions) { t in
            if t.has(.losesVersionMarkers) {
                for _ in 0..<2 { try await t.put("a ?&+%/#") }
                let first = try await t.store.versionPage(VersionListOptions(limit: 1))
                try await expectError(.invalidResponse) {
                    _ = try await t.store.versionPage(VersionListOptions(limit: 1, pageToken: first.nextToken))
                }
                _ = try await t.store.delete(versions: t.store.versions().collect().compactMap(id))
            }
            let two: Key = t.has(.losesVersionMarkers) ? "two" : "two ?&+%/#"
            for round in 0..<4 {
                for key in ["one", two, "three"] { try await t.put(key, text: "\(round)") }
            }
            try await t.store.delete("one")
            let whole = try await t.store.versions().collect()
            try expectEqual(whole.count, 13)
            for limit in [1, 3, 5] {
                var entries: [VersionEntry] = []
                var token: String?
                repeat {
                    // A token is good in another store too.
                    let store = token == nil ? t.store : try await t.openAgain()
                    let page = try await store.versionPage(VersionListOptions(limit: limit, pageToken: token))
                    try expect(page.entries.count <= limit, "a page of \(limit) has \(page.entries.count) entries")
                    entries += page.entries
                    token = page.nextToken
                } while token != nil
                try expectEqual(entries, whole, "the pages of \(limit) together")
            }
            try expectEqual(
                try await t.store.versions(VersionListOptions(limit: 6)).collect(), Array(whole.prefix(6)))
        },
        ConformanceCase(.versions, "deleteMany", requires: .versions) { t in
            for key in ["a", "b", "c"] as [Key] {
                for text in ["1", "2"] { try await t.put(key, text: text) }
            }
            try await t.store.delete("b")
            let a = try await t.store.versions(of: "a").map(\.id)
            let b = try await t.store.versions(of: "b").map(\.id)
            // The current version of one, the marker of another, and one twice.
            let doomed = [a[0], b[0], a[0]]
            let outcomes = try await t.store.delete(versions: doomed)
            try expectEqual(outcomes.map { VersionID($0.key, $0.version) }, doomed, "an outcome for each, in order")
            for outcome in outcomes { try expect(outcome.error == nil, "\(outcome.key): \(outcome.error as Any)") }
            try expectEqual(try await t.text("a"), "1")
            try expectEqual(try await t.text("b"), "2")
            try expectEqual(try await t.store.versions(of: "c").count, 2)
            // Everything, and what is gone already.
            let rest = try await t.store.versions().collect().compactMap(id)
            for outcome in try await t.store.delete(versions: rest + [a[0]]) {
                try expect(outcome.error == nil, "\(outcome.key): \(outcome.error as Any)")
            }
            try expectEqual(try await t.store.versions().collect(), [])
            try expectEqual(try await t.store.delete(versions: []).count, 0)
            let refused = try await t.store.delete(versions: [VersionID("../x", "1")])
            try expectEqual(refused.map { $0.error?.code }, [.invalidKey])
        },
        ConformanceCase(.versions, "restore", requires: .versions) { t in
            try expectEqual(try await t.store.versions(of: "object"), [])
            let metadata = ObjectMetadata(contentType: "text/x-old", user: ["colour": "red"])
            let old = try await t.store.put("object", "old", WriteOptions(metadata: metadata))
            let new = try await t.store.put("object", "new")
            let version = try known(old.version)
            let restored = try await t.store.restore("object", version: version)
            try expectEqual(try await t.text("object"), "old")
            try expectEqual(restored.metadata.contentType, "text/x-old")
            try expectEqual(restored.metadata.user, ["colour": "red"])
            let versions = try await t.store.versions(of: "object")
            try expectEqual(versions.count, 3, "what was restored is a version of its own")
            try expectEqual(versions.dropFirst().map(\.info.version), [new.version, old.version])
            // Also after the object was deleted.
            try await t.store.delete("object")
            let replaced = try known(new.version)
            try await t.store.restore("object", version: replaced)
            try expectEqual(try await t.text("object"), "new")
            try await expectError(.invalidKey) { try await t.store.restore("../x", version: version) }
        },
        ConformanceCase(.versions, "copyOfOne", requires: .versions) { t in
            let old = try await t.store.put("object", "old")
            try await t.put("object", text: "new")
            try await t.store.copy("object", to: "copy", CopyOptions(sourceVersion: old.version ?? "none"))
            try expectEqual(try await t.text("copy"), "old")
            try await t.store.copy("object", to: "object", CopyOptions(sourceVersion: old.version ?? "none"))
            try expectEqual(try await t.text("object"), "old")
        },
        ConformanceCase(.versions, "unknown", requires: .versions) { t in
            try expectEqual(try await t.store.versions().collect(), [])
            try expectEqual(try await t.store.versions(of: "nothing"), [])
            try await expectError(.invalidArgument) {
                _ = try await t.store.versionPage(VersionListOptions(limit: 0))
            }
            try await expectError(.invalidArgument) {
                _ = try await t.store.versionPage(VersionListOptions(delimiter: ""))
            }
        },
        ConformanceCase(.versions, "secondFactor", requires: .versions) { t in
            // Where none is wanted it does no harm; where there are no versions it is refused.
            try await t.put("object")
            let mfa = MFACode(serialNumber: "serial", code: "123456")
            do throws(StoreError) {
                try await t.store.delete("object", DeleteOptions(mfa: mfa))
            } catch {
                try expect(!error.description.contains("123456"), "a code is in an error: \(error)")
                // Some services have versions and no second factor.
                let known: [StoreError.Code] = [.permissionDenied, .invalidArgument, .unsupported]
                let hasVersions = t.store.capabilities.features.contains(.versions)
                if !hasVersions || !known.contains(error.code) { throw error }
            }
        },
    ]

    private static func known(_ version: String?) throws -> String {
        guard let version else {
            throw ConformanceFailure("a version has no name", expected: "a name", actual: "nothing")
        }
        return version
    }

    private static func markers(_ entries: [VersionEntry]) -> [String] {
        entries.compactMap { entry in
            if case .version(let version) = entry, version.isDeleteMarker { entry.name } else { nil }
        }
    }

    private static func id(_ entry: VersionEntry) -> VersionID? {
        if case .version(let version) = entry { version.id } else { nil }
    }
}
