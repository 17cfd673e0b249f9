/// The code of a second factor (MFA), as a device shows it now: what deletes versions and changes versioning in a bucket
/// whose versioning was set up so.
///
/// It never appears in errors or descriptions.
public struct MFACode: Sendable, Hashable {
    /// The device: its serial number, or its ARN.
    public let serialNumber: String
    /// What it shows: good once, and for half a minute or so.
    public let code: String

    /// Makes a code.
    ///
    /// - Parameters:
    ///   - serialNumber: The device: its serial number, or its ARN.
    ///   - code: What it shows.
    public init(serialNumber: String, code: String) {
        self.serialNumber = serialNumber
        self.code = code
    }
}

extension MFACode: CustomStringConvertible, CustomReflectable {
    /// The device without the code.
    public var description: String { "MFACode(\(serialNumber))" }
    /// The device without the code.
    public var customMirror: Mirror { Mirror(self, children: ["serialNumber": serialNumber]) }
}
