import CCofferTypes
import Coffer

/// Lists the drivers that can be opened, with their settings.
///
/// - Parameters:
///   - drivers: Receives the drivers; free them with coffer_drivers_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK.
@c public func coffer_drivers_get(
    _ drivers: UnsafeMutablePointer<UnsafeMutablePointer<coffer_drivers>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    drivers?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let drivers else { throw isNull("drivers") }
        var arena = try ResultArena(.drivers, capacity: 16 << 10)
        do throws(StoreError) {
            drivers.pointee = try driversStruct(DriverRegistry.all, &arena)
        } catch {
            arena.discard()
            throw error
        }
    }
}

/// Frees a list of drivers.
///
/// - Parameter drivers: The list; NULL is allowed.
@c public func coffer_drivers_free(_ drivers: UnsafeMutablePointer<coffer_drivers>?) {
    ResultArena.free(drivers, .drivers)
}

private func driversStruct(
    _ all: [DriverDescriptor], _ arena: inout ResultArena
) throws(StoreError) -> UnsafeMutablePointer<coffer_drivers> {
    let place = try arena.array(of: coffer_drivers.self, count: 1)
    let list = try arena.array(of: UnsafePointer<coffer_driver>?.self, count: all.count)
    for (index, driver) in all.enumerated() {
        let schema = driver.fullSchema
        let settings = try arena.array(of: UnsafePointer<coffer_setting>?.self, count: schema.keys.count)
        for (index, key) in schema.keys.enumerated() {
            settings[index] = UnsafePointer(try arena.make(try settingStruct(key, &arena)))
        }
        let entry = coffer_driver(
            struct_size: MemoryLayout<coffer_driver>.size, name: try arena.text(driver.name),
            summary: try arena.text(driver.summary), host_setting: try arena.text(schema.hostKey),
            path_setting: try arena.text(schema.pathKey), settings: settings, setting_count: schema.keys.count)
        list[index] = UnsafePointer(try arena.make(entry))
    }
    place.initialize(
        to: coffer_drivers(
            struct_size: MemoryLayout<coffer_drivers>.size, drivers: list, driver_count: all.count))
    return place
}

private func settingStruct(
    _ key: ConfigurationKey, _ arena: inout ResultArena
) throws(StoreError) -> coffer_setting {
    var limits: ClosedRange<Int64> = 0...0
    var choices: [String] = []
    if case .integer(let range) = key.kind { limits = range }
    if case .choice(let words) = key.kind { choices = words }
    return coffer_setting(
        struct_size: MemoryLayout<coffer_setting>.size, name: try arena.text(key.name),
        summary: try arena.text(key.summary), default_value: try arena.text(key.defaultValue),
        kind: kindNumber(key.kind), is_required: key.isRequired, is_secret: key.isSecret,
        minimum: limits.lowerBound, maximum: limits.upperBound, choices: try arena.texts(choices),
        choice_count: choices.count, environment: try arena.texts(key.environment),
        environment_count: key.environment.count)
}

private func kindNumber(_ kind: ConfigurationKey.Kind) -> Int32 {
    let number =
        switch kind {
        case .string: COFFER_SETTING_STRING
        case .integer: COFFER_SETTING_INTEGER
        case .boolean: COFFER_SETTING_BOOLEAN
        case .duration: COFFER_SETTING_DURATION
        case .size: COFFER_SETTING_SIZE
        case .choice: COFFER_SETTING_CHOICE
        }
    return Int32(number)
}
