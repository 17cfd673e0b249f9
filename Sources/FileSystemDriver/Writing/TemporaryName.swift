import Coffer
import Glibc
import Synchronization

/// The names of temporary files: they say which process made them, so that those of dead ones can be swept.
///
/// `.coffer.tmp.<system>.<process>.<start>.<number>`: a hash of the boot's and the process name space's identifiers,
/// the process, when it was started (in ticks since boot), and a counter; in base 16 except for `.`.
enum TemporaryName {
    /// What a name says of its maker.
    struct Maker: Equatable {
        var system: UInt64
        var process: Int32
        var start: UInt64
    }

    private struct State {
        var generation: UInt64 = .max
        var maker = Maker(system: 0, process: 0, start: 0)
        var prefix: [UInt8] = []
    }

    private static let state = ForkSafeLock(State())
    private static let counter = Atomic<UInt64>(0)

    /// A new name, with a NUL at the end.
    static func make() -> [UInt8] {
        var name = current().prefix
        name.append(contentsOf: String(counter.wrappingAdd(1, ordering: .relaxed).newValue, radix: 16).utf8)
        name.append(0)
        return name
    }

    /// This process.
    static var maker: Maker { current().maker }

    private static func current() -> State {
        let generation = Fork.generation
        let known = state.withLock { $0 }
        if known.generation == generation { return known }
        var fresh = State()
        fresh.generation = generation
        fresh.maker = Maker(system: systemIdentity(), process: getpid(), start: startTime(of: getpid()) ?? 0)
        let fields = [
            String(fresh.maker.system, radix: 16), String(fresh.maker.process, radix: 16),
            String(fresh.maker.start, radix: 16),
        ]
        fresh.prefix = NameCodec.temporary + Array((fields.joined(separator: ".") + ".").utf8)
        let made = fresh
        state.withLock { $0 = made }
        return made
    }

    /// Reads a name; nil if it is not one that ``make()`` gave.
    static func parse(_ name: UnsafeRawBufferPointer) -> Maker? {
        guard name.starts(with: NameCodec.temporary) else { return nil }
        let rest = String(decoding: name[NameCodec.temporary.count...], as: UTF8.self)
        let fields = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard fields.count == 4, let system = UInt64(fields[0], radix: 16),
            let process = Int32(fields[1], radix: 16), let start = UInt64(fields[2], radix: 16),
            UInt64(fields[3], radix: 16) != nil
        else { return nil }
        return Maker(system: system, process: process, start: start)
    }

    /// Two processes with the same value see each other under their process numbers. 0 if it cannot be known.
    private static func systemIdentity() -> UInt64 {
        guard let boot = contents(of: "/proc/sys/kernel/random/boot_id") else { return 0 }
        var space = [UInt8](repeating: 0, count: 64)
        let length = space.withUnsafeMutableBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return -1 }
            return readlink("/proc/self/ns/pid", base.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard length > 0 else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in boot + space[..<length] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }

    /// When a process was started; nil if there is none. Source: proc(5), field 22 of `/proc/PID/stat`.
    static func startTime(of process: Int32) -> UInt64? {
        guard let text = contents(of: "/proc/\(process)/stat"),
            let end = text.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        return UInt64(String(decoding: fields[19], as: UTF8.self))
    }

    private static func contents(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}
