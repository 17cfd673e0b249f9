import CCofferTypes
import Coffer

/// Deletes an object; one that is not there is no error, unless a condition was given.
///
/// - Parameters:
///   - store: The store.
///   - key: The object's key.
///   - options: Condition and version; NULL for the defaults.
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK; COFFER_PRECONDITION_FAILED, COFFER_PERMISSION_DENIED, ...
@c public func coffer_store_delete(
    _ store: UnsafeMutablePointer<coffer_store>?, _ key: UnsafePointer<CChar>?,
    _ options: UnsafePointer<coffer_delete_options>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    call(error) { () throws(StoreError) in
        try withStore(store) { store throws(StoreError) in
            let key = try objectKey(key)
            let options = try deleteOptions(options)
            try store.deleteWaiting(key, options)
        }
    }
}

/// Deletes many objects, in as few requests as the driver can. One failure hides no other: there is an outcome for each
/// key.
///
/// - Parameters:
///   - store: The store.
///   - keys: The keys.
///   - count: The number of keys.
///   - outcomes: Receives an outcome for each key, in the same order; free them with coffer_outcomes_free().
///   - error: Receives the error, if any.
/// - Returns: COFFER_OK, also if some of the keys failed: see the outcomes. COFFER_INVALID_KEY for a key that is not
///   UTF-8; COFFER_CLOSED.
@c public func coffer_store_delete_many(
    _ store: UnsafeMutablePointer<coffer_store>?, _ keys: UnsafePointer<UnsafePointer<CChar>?>?, _ count: UInt,
    _ outcomes: UnsafeMutablePointer<UnsafeMutablePointer<coffer_outcomes>?>?,
    _ error: UnsafeMutablePointer<UnsafeMutablePointer<coffer_error>?>?
) -> coffer_status {
    outcomes?.pointee = nil
    return call(error) { () throws(StoreError) in
        guard let outcomes else { throw isNull("outcomes") }
        try withStore(store) { store throws(StoreError) in
            var all: [Key] = []
            for key in try elements(keys, Int(bitPattern: count), "keys") { all.append(try objectKey(key, "keys")) }
            let wanted = all
            let results = try CallingThread.run { () async throws(StoreError) in try await store.delete(wanted) }
            outcomes.pointee = try outcomesStruct(results)
        }
    }
}

private func outcomesStruct(_ results: [DeleteOutcome]) throws(StoreError) -> UnsafeMutablePointer<coffer_outcomes> {
    var arena = try ResultArena(.outcomes, capacity: 64 + results.count * 96)
    do throws(StoreError) {
        let place = try arena.array(of: coffer_outcomes.self, count: 1)
        let list = try arena.array(of: UnsafePointer<coffer_outcome>?.self, count: results.count)
        var failures = 0
        for (index, result) in results.enumerated() {
            var error: UnsafeMutablePointer<coffer_error>?
            if let failure = result.error {
                failures += 1
                let room = try arena.array(of: coffer_error.self, count: 1)
                try fill(room, failure, &arena)
                error = room
            }
            let outcome = coffer_outcome(
                struct_size: MemoryLayout<coffer_outcome>.size, key: try arena.text(result.key.string), error: error)
            list[index] = UnsafePointer(try arena.make(outcome))
        }
        place.initialize(
            to: coffer_outcomes(
                struct_size: MemoryLayout<coffer_outcomes>.size, outcomes: list, outcome_count: results.count,
                failure_count: failures))
        return place
    } catch {
        arena.discard()
        throw error
    }
}

/// Frees the outcomes of many keys, their errors included.
///
/// - Parameter outcomes: The outcomes; NULL is allowed.
@c public func coffer_outcomes_free(_ outcomes: UnsafeMutablePointer<coffer_outcomes>?) {
    ResultArena.free(outcomes, .outcomes)
}
