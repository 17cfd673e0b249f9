import Coffer
import Glibc

/// Stores a local file by an upload that another run of the tool can continue.
struct ResumedUpload: Sendable {
    let store: Store
    let target: Address
    var options: WriteOptions
    let report: Report
    /// The file that keeps the token while the upload is open.
    let tokenFile: String

    /// Begins or continues, and publishes.
    func run(_ source: LocalSource) async throws {
        var options = options
        let counter = ProgressCounter(report.terminal)
        options.progress = counter.progress
        let upload = try await begin(source, options)
        do {
            let before = upload.bytesStored
            let info = try await upload.finish()
            counter.finish(info.size)
            try await BlockingPool.run { [tokenFile] () throws(StoreError) in
                if unlink(tokenFile) != 0 && errno != ENOENT {
                    throw systemFailure("cannot delete '\(tokenFile)'", errno)
                }
            }
            try report.done(
                "put", "\(source.name) -> \(target.display)", bytes: info.size,
                [
                    ("source", .string(source.name)), ("store", .string(target.storeDisplay)),
                    ("resumedAt", .number(before)),
                ] + JSON.fields(of: info))
        } catch {
            counter.finish(0)
            throw error
        }
    }

    private func begin(_ source: LocalSource, _ options: WriteOptions) async throws -> ResumableUpload {
        if let text = try await readToken() {
            let token: UploadToken
            do throws(StoreError) { token = try UploadToken(text) } catch {
                throw StoreError(.invalidArgument, "'\(tokenFile)': \(error.message)")
            }
            guard token.upload.key == Key(target.key) else {
                throw StoreError(
                    .invalidArgument,
                    "'\(tokenFile)' belongs to the upload of '\(token.upload.key)'; name another file, or that key")
            }
            return try await store.resumeUpload(token, source.body, options)
        }
        let upload = try await store.beginUpload(Key(target.key), source.body, options)
        do {
            try await BlockingPool.run { [tokenFile] () throws(StoreError) in
                let file = try AtomicFile(tokenFile)
                try file.write(Chunk(upload.token.text + "\n"))
                try file.commit()
            }
        } catch {
            // Without its token nobody could ever continue it.
            try? await upload.abort()
            throw error
        }
        return upload
    }

    /// What the file holds; nil if there is none.
    private func readToken() async throws(StoreError) -> String? {
        try await BlockingPool.run { [tokenFile] () throws(StoreError) in
            let region: FileRegion
            do throws(StoreError) { region = try OpenFile.reading(tokenFile).wholeRegion() } catch {
                if error.code == .notFound { return nil }
                throw error
            }
            guard region.count <= 64 << 10 else {
                throw StoreError(.invalidArgument, "'\(tokenFile)' is too large for a token; name another file")
            }
            let chunk = try Chunk(capacity: Int(region.count)) { buffer throws(StoreError) in
                try region.read(into: buffer, at: 0)
            }
            return chunk.utf8String ?? ""
        }
    }
}
