import Coffer
import Foundation
import Testing

@testable import S3Driver

/// Presigned URLs and forms, against what botocore makes of the same, and what is refused.
@Suite struct PresignTests {
    private struct Case: Decodable {
        let form: String?
        let request: String?
        let token: String?
        let style: String
        let endpoint: String?
        let url: String
        let fields: [String: String]
    }

    private static let forms: [String: (PostKey, PostOptions)] = [
        "plain": (.exactly("a/b c.txt"), PostOptions()),
        "typed": (
            .exactly("k"),
            PostOptions(
                expiresIn: .seconds(60),
                fields: [
                    .contentType: .exactly("text/plain"), .acl: .exactly("public-read"),
                    .metadata("name"): .exactly("1"),
                ])
        ),
        "words": (
            .exactly("日本/\"k\""),
            PostOptions(
                expiresIn: .seconds(604_800),
                fields: [.contentDisposition: .exactly("attachment; filename=\"ü \\ \t😀.txt\"")])
        ),
        "open": (
            .startingWith("uploads/"),
            PostOptions(
                expiresIn: .seconds(3600), size: 1...10_485_760,
                fields: [.contentType: .startingWith("image/"), .metadata("name"): .startingWith("")],
                successStatus: 201)
        ),
        "redirect": (
            .exactly("k"),
            PostOptions(expiresIn: .seconds(1), successRedirect: "https://example.test/done?a=1&b=2")
        ),
    ]

    private static let requests: [String: PresignOptions] = [
        "part": PresignOptions(method: .uploadPart(upload: "up/load+1=", number: 7)),
        "create": PresignOptions(method: .createUpload),
        "complete": PresignOptions(method: .completeUpload(upload: "u")),
        "abort": PresignOptions(method: .abortUpload(upload: "u")),
        "version": PresignOptions(version: "3/L4kqtJl"),
        "overrides": PresignOptions(
            overrides: ResponseOverrides(
                contentType: "text/x", contentDisposition: "attachment; filename=\"a b.txt\"",
                contentEncoding: "gzip", contentLanguage: "de", cacheControl: "no-store",
                expires: Timestamp(iso8601: "2026-01-02T03:04:05Z"))),
    ]

    private func driver(token: String?, _ options: [String: String]) throws -> S3Driver {
        try makeDriver(
            FakeTransport(.init()), options,
            credentials: StaticCredentials(
                Credentials(accessKeyID: "AKID", secretAccessKey: "topsecret", sessionToken: token)))
    }

    @Test func botocoreMakesTheSame() async throws {
        var compared = 0
        for line in try PythonOracle.lines("botocore_presign.py") {
            let item = try JSONDecoder().decode(Case.self, from: line)
            var options = ["addressing": item.style]
            if let endpoint = item.endpoint { options["endpoint"] = endpoint }
            let driver = try driver(token: item.token, options)
            if let (key, options) = item.form.flatMap({ Self.forms[$0] }) {
                let form = try await driver.presignPost(key, options)
                #expect(form.url == item.url)
                let fields = Dictionary(form.fields.map { ($0.name, $0.value) }) { $1 }
                #expect(fields.count == form.fields.count)
                #expect(fields == item.fields, "\(item.form ?? "")")
                #expect(form.expires == Timestamp(seconds: 1_700_000_000).advanced(by: options.expiresIn))
            } else {
                let options = try #require(Self.requests[item.request ?? ""])
                let made = try await driver.presign("a/b c.txt", options).url
                func parts(_ url: String) -> [String] {
                    let halves = url.components(separatedBy: "?")
                    return [halves[0]] + halves[1].components(separatedBy: "&").sorted()
                }
                #expect(parts(made) == parts(item.url), "\(item.request ?? "")")
            }
            compared += 1
        }
        #expect(compared == 66)
    }

    @Test func whatExpiresWithItsCredentialsSaysSo() async throws {
        let end = Timestamp(seconds: 1_700_000_100)
        let driver = try makeDriver(
            FakeTransport(.init()),
            credentials: StaticCredentials(
                Credentials(accessKeyID: "A", secretAccessKey: "s", sessionToken: "t", expiration: end)))
        for (asked, told) in [(60, 1_700_000_060), (3600, end.seconds)] as [(Int, Int64)] {
            let url = try await driver.presign("k", PresignOptions(expiresIn: .seconds(asked)))
            let form = try await driver.presignPost(.exactly("k"), PostOptions(expiresIn: .seconds(asked)))
            #expect(url.expires.seconds == told)
            #expect(form.expires.seconds == told)
        }
    }

    @Test func whatCannotBeIsRefused() async throws {
        let store = Store(driver: try driver(token: nil, [:]))
        func code(_ key: PostKey, _ options: PostOptions) async -> StoreError.Code? {
            await #expect(throws: StoreError.self) { try await store.presignPost(key, options) }?.code
        }
        for seconds in [0, -1, 604_801] {
            #expect(await code(.exactly("k"), PostOptions(expiresIn: .seconds(seconds))) == .invalidArgument)
        }
        for key in [PostKey.exactly("../k"), .startingWith("a/../"), .exactly("")] {
            #expect(await code(key, PostOptions()) == .invalidKey)
        }
        #expect(await code(.exactly("a/${filename}"), PostOptions()) == .invalidArgument)
        #expect(await code(.exactly("k"), PostOptions(size: -1...5)) == .invalidArgument)
        #expect(await code(.exactly("k"), PostOptions(successStatus: 302)) == .invalidArgument)
        for name in ["key", "Policy", "X-Amz-Date", "file", "", "a b", "a\"b", "ü"] {
            let options = PostOptions(fields: [.other(name): .exactly("x")])
            #expect(await code(.exactly("k"), options) == .invalidArgument, "\(name)")
        }
        let twice = PostOptions(fields: [.contentType: .exactly("a"), .other("content-type"): .exactly("b")])
        #expect(await code(.exactly("k"), twice) == .invalidArgument)
    }

    @Test func optionsThatDoNotGoTogetherAreRefused() async throws {
        let store = Store(driver: try driver(token: nil, ["enable": "versions"]))
        let overrides = ResponseOverrides(contentType: "a/b")
        for options in [
            PresignOptions(method: .put, version: "v"), PresignOptions(method: .createUpload, version: "v"),
            PresignOptions(method: .put, overrides: overrides), PresignOptions(method: .delete, overrides: overrides),
            PresignOptions(method: .uploadPart(upload: "u", number: 0)),
            PresignOptions(method: .uploadPart(upload: "u", number: 10_001)),
        ] {
            let error = await #expect(throws: StoreError.self) { try await store.presign("k", options) }
            #expect(error?.code == .invalidArgument)
        }
        for method in [PresignMethod.get, .head, .delete] {
            let url = try await store.presign("k", PresignOptions(method: method, version: "v")).url
            #expect(url.contains("versionId=v"))
        }
        let plain = Store(driver: try driver(token: nil, ["disable": "multipart,versions"]))
        for options in [PresignOptions(version: "v"), PresignOptions(method: .createUpload)] {
            let error = await #expect(throws: StoreError.self) { try await plain.presign("k", options) }
            #expect(error?.code == .unsupported)
        }
    }

    /// Whoever prints a form shows no more than whoever prints a URL; the session token is part of both.
    @Test func aPrefixIsPartOfForms() async throws {
        let store = Store(driver: try driver(token: nil, [:]), layers: [PrefixLayer(prefix: "tenant/")])
        #expect(try await store.presignPost(.exactly("k"))["key"] == "tenant/k")
        #expect(try await store.presignPost(.startingWith("a-"))["key"] == "tenant/a-${filename}")
        #expect(try await store.presignPost(.startingWith(""))["key"] == "tenant/${filename}")
    }
}
