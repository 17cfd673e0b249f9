// Started by CrashTests with a root directory and a script, and killed in the middle of it. What it has begun and what
// it has finished it says on its standard output, a line each, so that the test knows what may be there.
//
//   random SEED        writes, copies, moves and deletes for ever
//   kill OPERATION N   one operation, and the process dies before its Nth system call; prints `clean` if it had fewer
import Coffer
import FileSystemDriver
import Glibc

func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { bytes in _ = write(1, bytes.baseAddress, bytes.count) }
}

/// One operation, killed before its Nth system call.
func runKilled(_ worker: CrashWorker, _ operation: String, before n: Int) throws {
    _ = try SyscallFaults.with({ _, index in index == n ? .kill : nil }) {
        try CallingThread.run { () async throws(StoreError) in try await worker.perform(operation) }
    }
    say("clean")
}

/// Writes and deletes for ever.
func runForEver(_ worker: CrashWorker, seed: UInt64) throws {
    // A small generator, so that a run can be repeated.
    var state = seed
    func random(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
    let names = ["a", "a/b", "a/b/c", "b", "d/e/f", "d/e", "long", "z/", "z//y"]
    var version = Int(seed % 1_000_000) * 1000
    while true {
        version += 1
        let number = version
        let key = names[random(names.count)]
        switch random(8) {
        case 0:
            say("begin delete \(key) 0")
            try CallingThread.run { () async throws(StoreError) in try await worker.store.delete(Key(key)) }
        case 1:
            say("begin write \(key) \(number)")
            try CallingThread.run { () async throws(StoreError) in try await worker.writeInPieces(key, number) }
        default:
            say("begin write \(key) \(number)")
            try CallingThread.run { () async throws(StoreError) in try await worker.put(key, number) }
        }
        say("done")
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 4 else {
    say("usage: FileSystemCrashWorker ROOT random SEED | ROOT kill OPERATION N")
    exit(2)
}
let options = FileSystemOptions(root: arguments[1], durability: .relaxed)
let worker = CrashWorker(store: Store(driver: try FileSystemDriver(options)))
if arguments[2] == "kill" && arguments.count > 4 {
    try runKilled(worker, arguments[3], before: Int(arguments[4]) ?? 1)
} else {
    try runForEver(worker, seed: UInt64(arguments[3]) ?? 1)
}
