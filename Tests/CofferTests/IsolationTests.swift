import Coffer
import Dispatch
import MemoryDriver
import Synchronization
import Testing

/// Where a verb's work is done: not on the actor that asks for it, which may be the one that draws the window.
@Suite("Isolation")
struct IsolationTests {
    @Test("Every verb leaves the actor that calls it, also where it never waits")
    func verbsLeaveTheCallersActor() async throws {
        let store = Store(driver: MemoryDriver())
        let caller = Caller()
        #expect(try await caller.put(store) > 0)
        #expect(try await caller.get(store) > 0)
        #expect(try await caller.stat(store) > 0)
        #expect(try await caller.list(store) > 0)
        #expect(try await caller.read(store) > 0)
        #expect(try await caller.delete(store) > 0)
    }
}

/// An actor that counts how often somebody comes back to it.
private actor Caller {
    private let executor = CountingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private func turns(since before: Int) -> Int { executor.turns.load(ordering: .relaxed) - before }
    private var now: Int { executor.turns.load(ordering: .relaxed) }

    func put(_ store: Store) async throws -> Int {
        let before = now
        try await store.put("k", "x")
        return turns(since: before)
    }

    func get(_ store: Store) async throws -> Int {
        let before = now
        try await store.get("k")
        return turns(since: before)
    }

    func stat(_ store: Store) async throws -> Int {
        let before = now
        _ = try await store.stat("k")
        return turns(since: before)
    }

    func list(_ store: Store) async throws -> Int {
        let before = now
        _ = try await store.listPage()
        return turns(since: before)
    }

    func read(_ store: Store) async throws -> Int {
        let reader = try await store.reader("k")
        let before = now
        _ = try await reader.next()
        return turns(since: before)
    }

    func delete(_ store: Store) async throws -> Int {
        let before = now
        try await store.delete("k")
        return turns(since: before)
    }
}

private final class CountingExecutor: SerialExecutor {
    let turns = Atomic<Int>(0)
    private let queue = DispatchQueue(label: "counting")

    func enqueue(_ job: consuming ExecutorJob) {
        turns.wrappingAdd(1, ordering: .relaxed)
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
