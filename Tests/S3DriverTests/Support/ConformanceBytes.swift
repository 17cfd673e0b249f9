import Coffer

/// Bytes that differ by position, so that one out of place is noticed.
enum ConformanceBytes {
    static func pattern(_ count: Int, seed: UInt64 = 1) -> Chunk {
        Chunk(capacity: count) { buffer in
            var state = seed
            for offset in stride(from: 0, to: count, by: 8) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                withUnsafeBytes(of: state ^ state >> 29) { word in
                    for index in 0..<min(8, count - offset) { buffer[offset + index] = word[index] }
                }
            }
            return count
        }
    }
}
