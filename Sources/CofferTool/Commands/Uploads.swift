import Coffer

extension Command {
    static let uploads = Command(
        name: "uploads", summary: "list or abort uploads that were never completed",
        usage: ["uploads ls ADDRESS", "uploads abort --older-than AGE ADDRESS"],
        details: [
            "What was uploaded in parts and neither completed nor aborted takes up space, and is in no listing.",
            "ADDRESS is a store, or the beginning of keys in it. 'abort' throws away those that are older than AGE,",
            "for instance 7d or 12h; a younger one may still be under way. See also 'put --resume-file'.",
        ],
        options: [
            OptionSpec(
                name: "older-than", value: "AGE", help: "only those that were begun so long ago, for instance 7d")
        ]
    ) { session in
        let arguments = try session.positionals(2...2, "'ls' or 'abort', and ADDRESS")
        let age = try session.arguments.duration("older-than")
        let address = try session.address(arguments[1], .listing)
        let before = age.map { Timestamp.now().advanced(by: .zero - $0) }
        switch arguments[0] {
        case "ls":
            let store = try await session.store(address)
            for upload in try await store.uploads(prefix: address.key) {
                if let before, upload.started.map({ $0 >= before }) ?? true { continue }
                try show(session, upload)
            }
        case "abort":
            guard let before else {
                throw UsageError("'abort' needs --older-than: an upload that is under way would be lost")
            }
            let store = try await session.store(address)
            for (upload, error) in try await store.abortUploads(prefix: address.key, startedBefore: before) {
                if let error {
                    session.report.failed(error)
                    continue
                }
                let key = upload.id.key.string
                try session.report.done(
                    "abort", "aborted \(address.with(key: key).display)", bytes: 0,
                    [("store", .string(address.storeDisplay))] + fields(upload))
            }
            try session.report.summary("abort")
        default: throw UsageError("'\(arguments[0])' is neither 'ls' nor 'abort'")
        }
    }

    private static func fields(_ upload: OpenUpload) -> [(String, JSON?)] {
        [
            ("key", .string(upload.id.key.string)), ("upload", .string(upload.id.id)),
            ("started", upload.started.map { .string($0.iso8601) }),
        ]
    }

    private static func show(_ session: Session, _ upload: OpenUpload) throws {
        if session.report.isJSON {
            try session.report.output.line(JSON.members(fields(upload)).text)
        } else {
            let time = upload.started?.iso8601 ?? "-"
            try session.report.output.line("\(time)  \(upload.id.id)  \(upload.id.key)")
        }
    }
}
