/// How large the parts of an upload are: pure arithmetic, within a driver's limits.
public struct PartPlan: Sendable, Hashable {
    private let base: Int64
    private let maximum: Int64
    private let isSizeKnown: Bool

    /// For streams of unknown length the part size doubles after so many parts: up to 8 GiB with parts of 8 MiB, and
    /// 8 TiB within 10,000 parts.
    static let partsPerStep = 1000

    /// Plans an upload.
    ///
    /// - Parameters:
    ///   - size: The object's size in bytes, if known: all parts but the last are then equal (some services insist).
    ///   - partSize: What the caller prefers, in bytes.
    ///   - capabilities: The driver's limits.
    /// - Throws: `tooLarge` if not even the largest parts suffice, `invalidArgument` if the preference is out of range.
    public init(size: Int64?, partSize: Int64?, capabilities: Capabilities) throws(StoreError) {
        if let partSize, partSize < capabilities.minPartSize || partSize > capabilities.maxPartSize {
            throw StoreError(
                .invalidArgument,
                "a part size of \(partSize) bytes is out of range; use \(capabilities.minPartSize) to \(capabilities.maxPartSize)"
            )
        }
        var base = max(partSize ?? capabilities.partSize, capabilities.minPartSize)
        maximum = capabilities.maxPartSize
        isSizeKnown = size != nil
        if let size {
            if size > capabilities.maxObjectSize {
                throw StoreError(
                    .tooLarge, "the object has \(size) bytes; the driver's limit is \(capabilities.maxObjectSize)")
            }
            let parts = Int64(max(1, capabilities.maxParts))
            let needed = size / parts + (size % parts == 0 ? 0 : 1)
            if needed > base {
                let unit: Int64 = 1 << 20
                let (rounded, overflow) = ((needed + unit - 1) / unit).multipliedReportingOverflow(by: unit)
                base = overflow ? needed : min(rounded, max(needed, maximum))
            }
            if base > maximum {
                throw StoreError(
                    .tooLarge, "the object has \(size) bytes; \(parts) parts of \(maximum) bytes do not suffice")
            }
        }
        self.base = base
    }

    /// The size of a part, in bytes.
    ///
    /// - Parameter number: From 1.
    public func size(ofPart number: Int) -> Int64 {
        if isSizeKnown { return base }
        let steps = min(max(0, (number - 1) / Self.partsPerStep), 40)
        let (grown, overflow) = base.multipliedReportingOverflow(by: 1 << Int64(steps))
        return overflow ? maximum : min(grown, maximum)
    }
}
