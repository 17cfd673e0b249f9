import CCofferSupport
import Coffer
import Glibc

/// Runs a program to its end and takes what it writes. Blocks; run it through `BlockingPool`.
enum Subprocess {
    /// What came of it.
    struct Outcome: Sendable {
        /// The exit status; 128 and the signal's number if a signal ended it.
        let status: Int32
        let output: [UInt8]
    }

    /// The most bytes that are taken.
    private static let limit = 1 << 20

    /// Runs a program.
    ///
    /// The child gets this environment, no descriptor but its standard ones, no blocked signals, and nothing to read.
    /// What it writes to standard error is shown where ours is: a program may ask its user there to do something.
    ///
    /// - Parameters:
    ///   - words: The program, looked up in `PATH`, and its arguments.
    ///   - environment: Its environment.
    ///   - timeout: How long it may take; then it is killed.
    /// - Throws: `invalidConfiguration` if it cannot be started, `timeout`, `tooLarge`.
    static func run(
        _ words: [String], environment: [String: String], timeout: Duration
    ) throws(StoreError) -> Outcome {
        guard let program = words.first else {
            throw StoreError(.invalidConfiguration, "there is no program to run")
        }
        var ends: [Int32] = [-1, -1]
        guard coffer_support_pipe(&ends) == 0 else {
            throw StoreError(.io, "cannot make a pipe: \(reason(errno))", isRetryable: true)
        }
        defer { close(ends[0]) }
        let (process, failure) = spawn(words, environment, output: ends[1])
        close(ends[1])
        guard failure == 0 else {
            throw StoreError(.invalidConfiguration, "the program '\(program)' cannot be started: \(reason(failure))")
        }
        let deadline = ContinuousClock().now.advanced(by: timeout)
        do throws(StoreError) {
            let output = try read(ends[0], program, until: deadline)
            guard let status = wait(process, until: deadline) else { throw tooLate(program) }
            return Outcome(status: status, output: output)
        } catch {
            // Its group too: what it has started may hold the pipe.
            kill(-process, SIGKILL)
            kill(process, SIGKILL)
            _ = wait(process, until: nil)
            throw error
        }
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], output: Int32
    ) -> (process: pid_t, failure: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        coffer_support_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        sigaddset(&signals, SIGCHLD)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, words[0], &actions, &attributes, arguments, variables)
        return (process, failure)
    }

    private static func tooLate(_ program: String) -> StoreError {
        StoreError(.timeout, "the program '\(program)' did not end in time", isRetryable: true)
    }

    private static func read(
        _ pipe: Int32, _ program: String, until deadline: ContinuousClock.Instant
    ) throws(StoreError) -> [UInt8] {
        let clock = ContinuousClock()
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let (seconds, attoseconds) = clock.now.duration(to: deadline).components
            let rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
            guard rest > 0 else { throw tooLate(program) }
            var entry = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            let ready = poll(&entry, 1, Int32(min(rest, 1000)))
            if ready <= 0 { continue }
            let count = Glibc.read(pipe, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return output }
            output += buffer[..<count]
            if output.count > limit {
                throw StoreError(.tooLarge, "the program '\(program)' wrote more than \(limit) bytes")
            }
        }
    }

    /// Waits for the end of a program, which may come long after that of its output.
    ///
    /// - Returns: Its exit status; nil if the time is over.
    private static func wait(_ process: pid_t, until deadline: ContinuousClock.Instant?) -> Int32? {
        var status: Int32 = 0
        var pause: UInt32 = 100
        while true {
            let ended = waitpid(process, &status, deadline == nil ? 0 : WNOHANG)
            if ended == process { break }
            // A host that ignores SIGCHLD has no status to give; what was written counts then.
            if ended < 0 && errno != EINTR { return 0 }
            if ended == 0 {
                if let deadline, ContinuousClock().now >= deadline { return nil }
                usleep(pause)
                pause = min(pause * 2, 20_000)
            }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    private static func reason(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
