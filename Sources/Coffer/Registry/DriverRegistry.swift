import CCofferSupport

/// The drivers that this process knows by name.
///
/// A driver module is here by being linked: it places a function that calls ``register(_:)`` into the linker section
/// `coffer_drivers`, and the registry runs these functions when it is first asked. Others register at run time.
///
/// ```swift
/// @section("coffer_drivers") @used
/// let registration: @convention(c) () -> Void = { DriverRegistry.registerLinked(MyDriver.descriptor) }
/// ```
public enum DriverRegistry {
    private struct State {
        var drivers: [String: DriverDescriptor] = [:]
        var faults: [StoreError] = []
    }

    private static let state = ForkSafeLock(State())
    private static let linked: Void = {
        guard var entry = coffer_support_registrations_begin(), let end = coffer_support_registrations_end() else {
            return
        }
        while entry < end {
            entry.pointee?()
            entry += 1
        }
    }()

    /// Adds a driver.
    ///
    /// - Parameter descriptor: The driver.
    /// - Throws: `alreadyExists` if the name is taken, `invalidArgument` if it cannot be one.
    public static func register(_ descriptor: DriverDescriptor) throws(StoreError) {
        _ = linked
        try add(descriptor)
    }

    /// Adds a driver from a linker-section entry, where nothing can be thrown: a clash is reported by the next
    /// ``descriptor(named:)``.
    ///
    /// - Parameter descriptor: The driver.
    public static func registerLinked(_ descriptor: DriverDescriptor) {
        do throws(StoreError) { try add(descriptor) } catch { state.withLock { $0.faults.append(error) } }
    }

    private static func add(_ descriptor: DriverDescriptor) throws(StoreError) {
        let name = descriptor.name
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
            name.utf8.allSatisfy({
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-")
            })
        else {
            throw StoreError(
                .invalidArgument, "'\(name)' cannot be a driver's name; use lower-case letters, digits and '-'",
                operation: .open)
        }
        try state.withLock { state throws(StoreError) in
            if state.drivers[name] != nil {
                throw StoreError(
                    .alreadyExists, "a driver named '\(name)' is registered already; choose another name",
                    operation: .open, driver: name)
            }
            state.drivers[name] = descriptor
        }
    }

    /// Takes a driver out that was registered at run time; stores that are open stay open.
    ///
    /// - Parameter name: The driver's name.
    /// - Returns: Whether there was one.
    @discardableResult
    public static func unregister(_ name: String) -> Bool {
        _ = linked
        return state.withLock { $0.drivers.removeValue(forKey: name) != nil }
    }

    /// All drivers, by name.
    public static var all: [DriverDescriptor] {
        _ = linked
        return state.withLock { $0.drivers.values.sorted { $0.name < $1.name } }
    }

    /// Looks a driver up.
    ///
    /// - Parameter name: The driver's name.
    /// - Throws: `invalidConfiguration`, listing the known names; what went wrong when a linked driver registered.
    public static func descriptor(named name: String) throws(StoreError) -> DriverDescriptor {
        _ = linked
        let (found, fault, known) = state.withLock { state in
            (state.drivers[name], state.faults.first, state.drivers.keys.sorted())
        }
        if let fault { throw fault }
        if let found { return found }
        let list = known.isEmpty ? "none is linked into this program" : "known are \(known.joined(separator: ", "))"
        throw StoreError(.invalidConfiguration, "there is no driver named '\(name)'; \(list)", operation: .open)
    }
}
