import Glibc

/// The options of the contract; see ../../../README.md.
struct Arguments: Sendable {
    var workload = "workloads"
    var endpoint = "http://127.0.0.1:9480"
    var ca: String?
    var bucket = "bench"
    var key = ""
    var prefix = "small/"
    var n = 10000
    var size = 4096
    var concurrency = 8
    var part: Int64 = 8 << 20
    var source = ""
    var destination = ""
    var directory = ""
    var warm = true

    init(_ words: [String]) {
        var words = words.dropFirst()
        workload = words.popFirst() ?? workload
        while let name = words.popFirst(), let value = words.popFirst() {
            switch name {
            case "--endpoint": endpoint = value
            case "--ca": ca = value
            case "--bucket": bucket = value
            case "--key": key = value
            case "--prefix": prefix = value
            case "--n": n = Int(value) ?? n
            case "--size": size = Int(value) ?? size
            case "--conc": concurrency = Int(value) ?? concurrency
            case "--part": part = Int64(value) ?? part
            case "--src": source = value
            case "--dst": destination = value
            case "--dir": directory = value
            case "--warm": warm = value != "0"
            default: break
            }
        }
        if key.isEmpty { key = workload.hasPrefix("up_") ? "up" : "1g" }
    }

    /// `prefix` and eight digits.
    func name(_ i: Int) -> String {
        let digits = String(i)
        return prefix + String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
