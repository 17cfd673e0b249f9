import Coffer
import Glibc

/// Standard error, shared by messages and the progress bar.
final class Terminal: Sendable {
    private struct State {
        var bar: Bar?
        var isDrawn = false
    }

    private struct Bar {
        var line: ProgressLine
        var lastDraw: Double
        /// Times and byte counts of the last seconds, for the rate.
        var samples: [(time: Double, bytes: Int64)]
    }

    private static let interval = 0.1
    private let state = Lock(State())
    private let showsProgress: Bool
    private let columns: Int?

    /// - Parameters:
    ///   - showsProgress: Whether progress is wanted; it is shown only on a terminal.
    ///   - environment: The environment variables; `COLUMNS` is the width if it is set.
    init(showsProgress: Bool, environment: [String: String]) {
        self.showsProgress =
            showsProgress && isatty(STDERR_FILENO) == 1 && environment["TERM", default: "dumb"] != "dumb"
        columns = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Whether there is a progress bar: if not, counting ahead is a waste.
    var hasProgress: Bool { showsProgress }

    /// Writes a line; the bar moves below it.
    func print(_ line: String) {
        state.withLock { state in
            Self.erase(&state)
            Self.write(HumanFormat.line(line) + "\n")
        }
    }

    /// Takes the bar away before something else is written to the same terminal.
    func clear() { state.withLock { Self.erase(&$0) } }

    /// Begins a bar.
    func begin(_ label: String, totalBytes: Int64?, objects: Int64? = nil, totalObjects: Int64? = nil) {
        guard showsProgress else { return }
        state.withLock { state in
            state.bar = Bar(
                line: ProgressLine(
                    label: label, bytes: 0, totalBytes: totalBytes, objects: objects, totalObjects: totalObjects,
                    rate: 0),
                lastDraw: 0, samples: [(Self.now(), 0)])
        }
    }

    /// Adds to what has been done; safe from any thread.
    func advance(bytes: Int64 = 0, objects: Int64 = 0) {
        guard showsProgress else { return }
        let width = self.width
        state.withLock { state in
            guard var bar = state.bar else { return }
            bar.line.bytes += bytes
            if objects > 0 { bar.line.objects = (bar.line.objects ?? 0) + objects }
            let time = Self.now()
            if time - bar.lastDraw >= Self.interval {
                bar.lastDraw = time
                bar.samples.append((time, bar.line.bytes))
                if bar.samples.count > 50 { bar.samples.removeFirst() }
                Self.draw(&bar, time, width, &state)
            }
            state.bar = bar
        }
    }

    private static func draw(_ bar: inout Bar, _ time: Double, _ width: Int, _ state: inout State) {
        if let first = bar.samples.first, time > first.time {
            bar.line.rate = Double(bar.line.bytes - first.bytes) / (time - first.time)
        }
        write("\r" + bar.line.text(width: width) + "\u{1B}[K")
        state.isDrawn = true
    }

    /// Ends the bar and takes it away.
    func end() {
        state.withLock { state in
            Self.erase(&state)
            state.bar = nil
        }
    }

    private var width: Int {
        if let columns { return columns }
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private static func erase(_ state: inout State) {
        if state.isDrawn { write("\r\u{1B}[K") }
        state.isDrawn = false
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in _ = writeAll(STDERR_FILENO, UnsafeRawBufferPointer(bytes)) }
    }
}
