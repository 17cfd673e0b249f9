/// Finds the name that was probably meant.
enum Suggestion {
    /// The candidate with the fewest differences, if they are few.
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let limit = max(1, name.utf8.count / 3)
        let ranked = candidates.map { (distance(name, $0), $0) }.filter { $0.0 <= limit }
        if let best = ranked.min(by: { $0.0 < $1.0 }) { return best.1 }
        // An abbreviation that fits only one.
        let longer = candidates.filter { name.utf8.count >= 2 && $0.utf8.starts(with: name.utf8) }
        return longer.count == 1 ? longer[0] : nil
    }

    /// How many letters must be put in, taken out, replaced or swapped with the next one.
    static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.utf8.prefix(64))
        let b = Array(b.utf8.prefix(64))
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
