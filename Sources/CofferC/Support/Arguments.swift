import CCofferTypes
import Coffer

/// The most elements that an array of the host may have; more can only be a mistake.
private let maxElements = 1 << 24

/// A text that must be there.
func text(_ pointer: UnsafePointer<CChar>?, _ name: StaticString) throws(StoreError) -> String {
    guard let pointer else { throw isNull(name) }
    guard let text = String(validatingCString: pointer) else {
        throw StoreError(.invalidArgument, "the argument '\(name)' is not UTF-8")
    }
    return text
}

/// A text that may be NULL.
func optionalText(_ pointer: UnsafePointer<CChar>?, _ name: StaticString) throws(StoreError) -> String? {
    pointer == nil ? nil : try text(pointer, name)
}

/// An ETag that may be NULL.
func etag(_ pointer: UnsafePointer<CChar>?, _ name: StaticString) throws(StoreError) -> ETag? {
    try optionalText(pointer, name).map { ETag($0) }
}

/// A key.
func objectKey(_ pointer: UnsafePointer<CChar>?, _ name: StaticString = "key") throws(StoreError) -> Key {
    guard let pointer else { throw isNull(name) }
    guard let text = String(validatingCString: pointer) else {
        throw StoreError(
            .invalidKey, "the argument '\(name)' is not UTF-8; keys are UTF-8, encode other bytes as text first")
    }
    return Key(text)
}

/// The number of elements of an array of the host.
func elements<T>(
    _ pointer: UnsafePointer<T>?, _ count: Int, _ name: StaticString
) throws(StoreError) -> UnsafeBufferPointer<T> {
    if count == 0 { return UnsafeBufferPointer(start: nil, count: 0) }
    guard let pointer else { throw isNull(name) }
    guard (0...maxElements).contains(count) else {
        throw StoreError(
            .invalidArgument, "the argument '\(name)' has \(UInt(bitPattern: count)) elements; that is too many")
    }
    return UnsafeBufferPointer(start: pointer, count: count)
}

/// Pairs as a dictionary; a name that occurs twice is an error.
func pairs(
    _ pointer: UnsafePointer<coffer_pair>?, _ count: Int, _ name: StaticString
) throws(StoreError) -> [String: String] {
    var result: [String: String] = [:]
    for pair in try elements(pointer, count, name) {
        let key = try text(pair.name, name)
        if result.updateValue(try text(pair.value, name), forKey: key) != nil {
            throw StoreError(.invalidArgument, "the argument '\(name)' gives '\(key)' twice")
        }
    }
    return result
}

/// Bytes of the host.
func bytes(_ pointer: UnsafeRawPointer?, _ count: UInt, _ name: StaticString) throws(StoreError)
    -> UnsafeRawBufferPointer
{
    if count == 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let pointer else { throw isNull(name) }
    guard let count = Int(exactly: count) else {
        throw StoreError(.invalidArgument, "the argument '\(name)' has \(count) bytes; that is more than there can be")
    }
    return UnsafeRawBufferPointer(start: pointer, count: count)
}

/// An option struct of the host, which may have been compiled with a header older or newer than this library.
///
/// - Parameters:
///   - pointer: The struct; NULL for the defaults.
///   - firstSize: Its size in the first version that had it.
/// - Returns: The struct, with zeros where the host's is shorter; nil for the defaults.
/// - Throws: `invalidArgument` if its size cannot be; `unsupported` if it sets something that this library does not know.
func options<T: BitwiseCopyable>(
    _ pointer: UnsafePointer<T>?, _ name: StaticString, firstSize: Int = MemoryLayout<T>.size
) throws(StoreError) -> T? {
    guard let pointer else { return nil }
    let raw = UnsafeRawPointer(pointer)
    let size = raw.load(as: Int.self)
    // What grows keeps its alignment: any other size is garbage.
    guard (firstSize...4096).contains(size), size % MemoryLayout<T>.alignment == 0 else {
        throw StoreError(
            .invalidArgument,
            "\(name).struct_size is \(UInt(bitPattern: size)); initialise the struct with its ..._INIT macro")
    }
    let known = MemoryLayout<T>.size
    if size > known {
        for offset in known..<size where raw.load(fromByteOffset: offset, as: UInt8.self) != 0 {
            throw StoreError(
                .unsupported,
                "'\(name)' sets an option that this version of the library (\(COFFER_VERSION)) does not know")
        }
    }
    return withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { copy in
        let target = UnsafeMutableRawBufferPointer(copy)
        target.initializeMemory(as: UInt8.self, repeating: 0)
        target.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: min(size, known)))
        return copy[0]
    }
}
