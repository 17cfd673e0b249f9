/// What the progress bar shows at one moment, as text: no terminal, no clock.
struct ProgressLine {
    /// What is being done, for instance the name of a file.
    var label: String
    var bytes: Int64
    /// The bytes in all, if known.
    var totalBytes: Int64?
    /// The objects done; nil where there is only one.
    var objects: Int64?
    var totalObjects: Int64?
    /// Bytes a second lately.
    var rate: Double

    /// The line for a terminal of a given width; never longer than that.
    func text(width: Int) -> String {
        var facts: [String] = []
        if let totalBytes, totalBytes > 0 {
            facts.append("\(HumanFormat.aligned("\(min(100, bytes * 100 / totalBytes))", to: 3))%")
        }
        if let objects {
            facts.append(
                HumanFormat.count(objects) + (totalObjects.map { "/" + HumanFormat.count($0) } ?? "") + " objects")
        }
        facts.append(HumanFormat.bytes(bytes) + (totalBytes.map { " of " + HumanFormat.bytes($0) } ?? ""))
        facts.append(HumanFormat.bytes(Int64(rate)) + "/s")
        if let totalBytes, rate > 0 {
            facts.append("ETA " + HumanFormat.clock(Double(max(0, totalBytes - bytes)) / rate))
        }
        let tail = facts.joined(separator: "  ")
        let room = width - 1
        if tail.count + 2 >= room { return String(tail.prefix(max(0, room))) }
        var line = HumanFormat.line(label)
        let labelRoom = min(max(12, room / 3), room - tail.count - 2)
        if line.count > labelRoom { line = "…" + line.suffix(max(0, labelRoom - 1)) }
        line += "  "
        // What is left becomes the bar.
        let barRoom = room - line.count - tail.count - 4
        if let totalBytes, totalBytes > 0, barRoom >= 8 {
            let inside = min(40, barRoom)
            let filled = Int(Double(inside) * min(1, Double(bytes) / Double(totalBytes)))
            line += "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: inside - filled) + "]  "
        }
        return String((line + tail).prefix(room))
    }
}
