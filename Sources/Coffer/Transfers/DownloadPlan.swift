/// How a large read is cut into ranges that are fetched at the same time: pure arithmetic.
struct DownloadPlan: Sendable, Hashable {
    /// The offsets that are wanted.
    let range: Range<Int64>
    /// The size of each part but the last, in bytes.
    let partSize: Int64
    /// How many parts are fetched at the same time.
    let concurrency: Int
    /// Whether the caller asked for that; else it depends on how fast a single stream is.
    let isForced: Bool

    /// A single stream that is at least as fast, in bytes a second, is limited by this machine and not by the
    /// network, and further ones would only cost processor time. Object stores give a connection 50 to 150 MB/s.
    static let fastEnough = 400 << 20

    /// Plans a read.
    ///
    /// - Parameters:
    ///   - range: The offsets that are wanted.
    ///   - options: What the caller prefers.
    ///   - capabilities: What the driver prefers.
    /// - Returns: Nil if one stream is the better way.
    init?(_ range: Range<Int64>, _ options: ReadOptions, _ capabilities: Capabilities) {
        let concurrency = options.concurrency ?? capabilities.downloadConcurrency
        let partSize = max(1, options.partSize ?? capabilities.downloadPartSize)
        isForced = options.concurrency != nil
        let threshold =
            isForced ? partSize : min(options.partSize ?? .max, capabilities.downloadThreshold)
        guard concurrency > 1, range.upperBound - range.lowerBound > max(threshold, partSize),
            capabilities.features.contains(.readIfMatch)
        else { return nil }
        self.range = range
        self.partSize = partSize
        self.concurrency = concurrency
    }

    /// The number of parts.
    var count: Int {
        let size = range.upperBound - range.lowerBound
        return Int(size / partSize + (size % partSize == 0 ? 0 : 1))
    }

    /// The offsets of a part.
    ///
    /// - Parameter index: From 0.
    func part(_ index: Int) -> Range<Int64> {
        let start = range.lowerBound + Int64(index) * partSize
        return start..<min(start + partSize, range.upperBound)
    }

    /// Whether a stream that gave so many bytes leaves something to be gained.
    ///
    /// - Parameters:
    ///   - bytes: What it gave.
    ///   - waited: How long it was waited for.
    static func isSlow(_ bytes: Int64, _ waited: Duration) -> Bool {
        let (seconds, attoseconds) = waited.components
        let time = Double(seconds) + Double(attoseconds) / 1e18
        return Double(bytes) < time * Double(fastEnough)
    }
}
