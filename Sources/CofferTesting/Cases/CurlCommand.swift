import Coffer
import Glibc

/// Runs the program `curl`: a presigned URL must work for somebody who has nothing of Coffer.
package struct CurlCommand: Sendable {
    /// What the service answered.
    package struct Answer: Sendable {
        package var status: Int
        /// Names in lower case.
        package var headers: [String: String]
        package var body: Chunk
    }

    /// Further arguments, for instance `--cacert` and a path.
    var arguments: [String]

    /// Makes one.
    package init(arguments: [String] = []) { self.arguments = arguments }

    package func send(_ request: PresignedRequest, body: String?) async throws -> Answer {
        let base = "/tmp/coffer-curl-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        var words = [
            "curl", "-sS", "--max-time", "60", "--path-as-is", "--globoff", "-o", base + ".body", "-D", base + ".head",
        ]
        words += arguments
        if request.method == "HEAD" { words.append("-I") } else { words += ["-X", request.method] }
        for (name, value) in request.headers { words += ["-H", "\(name): \(value)"] }
        // curl would add a type of its own, which is not part of what was signed.
        if body != nil && request.headers["content-type"] == nil { words += ["-H", "content-type:"] }
        words += ["-H", "expect:"]
        if let body { words += ["--data-raw", body] }
        words.append(request.url)
        return try await run(words, base, hasBody: request.method != "HEAD")
    }

    /// Fills in a form and sends it.
    ///
    /// - Parameters:
    ///   - form: The form.
    ///   - more: Fields that the form leaves open.
    ///   - file: The contents of the file.
    ///   - name: Its name.
    package func post(
        _ form: PresignedPost, _ more: [(String, String)], file: String, name: String
    ) async throws -> Answer {
        let base = "/tmp/coffer-curl-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        var words = ["curl", "-sS", "--max-time", "60", "-o", base + ".body", "-D", base + ".head", "-H", "expect:"]
        words += arguments
        for (name, value) in form.fields.map({ ($0.name, $0.value) }) + more {
            words += ["--form-string", "\(name)=\(value)"]
        }
        words += ["-F", "file=@\(base).file;filename=\(name)", form.url]
        guard let stream = fopen(base + ".file", "w") else {
            throw StoreError(.io, "cannot write \(base).file: \(systemMessage(errno))")
        }
        fputs(file, stream)
        fclose(stream)
        defer { unlink(base + ".file") }
        return try await run(words, base, hasBody: true)
    }

    private func run(_ command: [String], _ base: String, hasBody: Bool) async throws -> Answer {
        try await BlockingPool.run { () throws(StoreError) in
            defer {
                unlink(base + ".body")
                unlink(base + ".head")
            }
            try Self.spawn(command)
            let head = try Self.contents(base + ".head").utf8String ?? ""
            return Self.parse(head, try hasBody ? Self.contents(base + ".body") : Chunk())
        }
    }

    private static func parse(_ head: String, _ body: Chunk) -> Answer {
        var answer = Answer(status: 0, headers: [:], body: body)
        for line in head.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("HTTP/") {
                answer.status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                answer.headers = [:]
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                answer.headers[line[..<colon].lowercased()] = String(value)
            }
        }
        return answer
    }

    private static func contents(_ path: String) throws(StoreError) -> Chunk {
        // A body of no bytes leaves no file.
        guard access(path, F_OK) == 0 else { return Chunk() }
        let region = try OpenFile.reading(path).wholeRegion()
        return try Chunk(capacity: Int(region.count)) { buffer throws(StoreError) in
            var count = 0
            while count < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                count += try region.read(into: rest, at: Int64(count))
            }
            return count
        }
    }

    private static func spawn(_ words: [String]) throws(StoreError) {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let failure = posix_spawnp(&process, "curl", nil, nil, arguments, environ)
        guard failure == 0 else {
            throw StoreError(.io, "cannot run curl: \(systemMessage(failure)); install the package 'curl'")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else {
            throw StoreError(.connectionFailed, "curl failed with wait status \(status)")
        }
    }
}
