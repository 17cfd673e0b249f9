import Coffer
import Glibc
import Synchronization

/// All handles that the host holds: what turns a pointer that came through the C ABI back into an object, or into an
/// error if it has been freed, is of another kind, or is no handle at all.
///
/// A handle's bits are a generation (32), a kind (4), a slot's index (24) and four zeros; it is never dereferenced. A
/// slot is pinned while a call uses its object, so that a thread may free what another one uses. The memory of slots is
/// never given back, which makes it safe to look at a stale one.
enum HandleTable {
    /// `word`: generation in the upper half, then "live", then the number of pins.
    private struct Slot: ~Copyable {
        let word = Atomic<UInt64>(0)
        /// Written while the slot belongs to nobody, read while it is pinned.
        var object: Unmanaged<AnyObject>?
    }

    private struct Free {
        var indices: [UInt32] = []
        var used: UInt32 = 0
    }

    private static let live: UInt64 = 1 << 31
    private static let pins: UInt64 = live - 1
    private static let groupSize = 4096
    private static let groups = 4096
    private static let free = ForkSafeLock(Free())
    private static let count = Atomic<Int>(0)
    /// `nonisolated(unsafe)`: an entry is written once, under the lock of `free`, before an index into it is given out.
    private nonisolated(unsafe) static let table: UnsafeMutablePointer<UnsafeMutablePointer<Slot>?> = {
        let table = UnsafeMutablePointer<UnsafeMutablePointer<Slot>?>.allocate(capacity: groups)
        table.initialize(repeating: nil, count: groups)
        return table
    }()

    /// How many handles have not been freed.
    static var liveCount: Int { count.load(ordering: .relaxed) }

    /// Makes a handle; the table keeps the object until the handle is freed.
    static func insert<Object: HandleObject>(_ object: Object) throws(StoreError) -> UnsafeMutableRawPointer {
        let index: UInt32? = free.withLock { free in
            if let index = free.indices.popLast() { return index }
            guard free.used < UInt32(groups * groupSize) else { return nil }
            let group = Int(free.used) / groupSize
            if table[group] == nil {
                let slots = UnsafeMutablePointer<Slot>.allocate(capacity: groupSize)
                for offset in 0..<groupSize { (slots + offset).initialize(to: Slot()) }
                table[group] = slots
            }
            defer { free.used += 1 }
            return free.used
        }
        guard let index, let slot = slot(Int(index)) else {
            throw StoreError(.tooLarge, "there are \(groups * groupSize) handles already; free some")
        }
        let generation = max(1, (slot.pointee.word.load(ordering: .relaxed) >> 32) & 0xFFFF_FFFF)
        slot.pointee.object = Unmanaged.passRetained(object)
        slot.pointee.word.store(generation << 32 | live, ordering: .releasing)
        count.wrappingAdd(1, ordering: .relaxed)
        let bits = generation << 32 | UInt64(Object.kind.rawValue) << 28 | UInt64(index) << 4
        guard let pointer = UnsafeMutableRawPointer(bitPattern: UInt(bits)) else {
            throw StoreError(.internal, "a handle could not be made; please report this")
        }
        return pointer
    }

    /// Runs a body with the object of a handle.
    ///
    /// - Throws: `invalidArgument` if it is none or of another kind, `closed` if it has been freed.
    static func with<Object: HandleObject, R>(
        _ handle: UnsafeMutableRawPointer?, _ type: Object.Type, _ body: (Object) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        let (slot, generation) = try find(handle, type)
        var word = slot.pointee.word.load(ordering: .relaxed)
        while true {
            guard word >> 32 == generation, word & live != 0 else { throw freed(type) }
            let (exchanged, now) = slot.pointee.word.weakCompareExchange(
                expected: word, desired: word + 1, successOrdering: .acquiring, failureOrdering: .relaxed)
            if exchanged { break }
            word = now
        }
        defer {
            let after = slot.pointee.word.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
            if after & (live | pins) == 0 { reclaim(handle, slot) }
        }
        guard let object = slot.pointee.object?.takeUnretainedValue(), Swift.type(of: object) == Object.self else {
            throw unknown(type)
        }
        // Of that very class, as was just seen: a checked cast would cost more than the rest of this function.
        return try body(unsafeDowncast(object, to: Object.self))
    }

    /// Frees a handle, if it is one that has not been freed: no call can begin to use it afterwards. The object goes
    /// when those that use it have returned.
    ///
    /// - Returns: The object.
    static func remove<Object: HandleObject>(_ handle: UnsafeMutableRawPointer?, _ type: Object.Type) -> Object? {
        guard let (slot, generation) = try? find(handle, type) else { return nil }
        var word = slot.pointee.word.load(ordering: .relaxed)
        while true {
            guard word >> 32 == generation, word & live != 0 else { return nil }
            // Pinned by this call, so that the object can be taken.
            let (exchanged, now) = slot.pointee.word.weakCompareExchange(
                expected: word, desired: (word & ~live) + 1, successOrdering: .acquiringAndReleasing,
                failureOrdering: .relaxed)
            if exchanged { break }
            word = now
        }
        count.wrappingSubtract(1, ordering: .relaxed)
        let object = slot.pointee.object?.takeUnretainedValue() as? Object
        let after = slot.pointee.word.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue
        if after & (live | pins) == 0 { reclaim(handle, slot) }
        return object
    }

    private static func slot(_ index: Int) -> UnsafeMutablePointer<Slot>? {
        guard index < groups * groupSize, let group = table[index / groupSize] else { return nil }
        return group + index % groupSize
    }

    private static func find<Object: HandleObject>(
        _ handle: UnsafeMutableRawPointer?, _ type: Object.Type
    ) throws(StoreError) -> (UnsafeMutablePointer<Slot>, UInt64) {
        guard let handle else { throw StoreError(.invalidArgument, "the \(Object.kind) is NULL") }
        let bits = UInt64(UInt(bitPattern: handle))
        let generation = bits >> 32
        guard bits & 0xF == 0, generation != 0, let slot = slot(Int(bits >> 4 & 0xFF_FFFF)) else { throw unknown(type) }
        guard let kind = HandleKind(rawValue: UInt8(bits >> 28 & 0xF)) else { throw unknown(type) }
        guard kind == Object.kind else {
            throw StoreError(.invalidArgument, "a \(Object.kind) is needed, but this is a \(kind)")
        }
        // A later generation than the slot's has not been given out.
        guard generation <= max(1, slot.pointee.word.load(ordering: .relaxed) >> 32) else { throw unknown(type) }
        return (slot, generation)
    }

    private static func reclaim(_ handle: UnsafeMutableRawPointer?, _ slot: UnsafeMutablePointer<Slot>) {
        let object = slot.pointee.object
        slot.pointee.object = nil
        let next = ((slot.pointee.word.load(ordering: .relaxed) >> 32) + 1) & 0xFFFF_FFFF
        slot.pointee.word.store(max(1, next) << 32, ordering: .releasing)
        let index = UInt32(UInt64(UInt(bitPattern: handle)) >> 4 & 0xFF_FFFF)
        free.withLock { $0.indices.append(index) }
        object?.release()
    }

    private static func freed<Object: HandleObject>(_ type: Object.Type) -> StoreError {
        StoreError(.closed, "the \(Object.kind) has been freed; open a new one")
    }

    private static func unknown<Object: HandleObject>(_ type: Object.Type) -> StoreError {
        StoreError(.invalidArgument, "this is not a \(Object.kind) that was opened by this library")
    }
}

/// The kinds of handles; the raw values are part of their bits.
enum HandleKind: UInt8, CustomStringConvertible {
    case store = 1
    case reader = 2
    case writer = 3
    case lister = 4

    var description: String {
        switch self {
        case .store: "store"
        case .reader: "reader"
        case .writer: "writer"
        case .lister: "lister"
        }
    }
}

/// An object that the host holds by a handle.
protocol HandleObject: AnyObject, Sendable {
    static var kind: HandleKind { get }
}
