import Coffer

/// Puts faults between a store and its driver: see ``FaultPlan``.
public struct FaultLayer: Layer {
    private let plan: FaultPlan

    /// Makes the layer.
    ///
    /// - Parameter plan: What goes wrong; may be changed while the store is in use.
    public init(_ plan: FaultPlan) { self.plan = plan }

    /// Wraps a driver.
    ///
    /// - Parameter driver: The driver.
    public func wrap(_ driver: any Driver) -> any Driver { FaultDriver(driver, FaultInterceptor(plan: plan)) }
}

/// A driver that fails as a ``FaultPlan`` says.
public typealias FaultDriver = InterceptingDriver<FaultInterceptor>

extension FaultDriver {
    /// Wraps a driver.
    ///
    /// - Parameters:
    ///   - driver: The driver.
    ///   - plan: What goes wrong.
    public init(_ driver: any Driver, plan: FaultPlan) { self.init(driver, FaultInterceptor(plan: plan)) }
}

/// Carries a ``FaultPlan`` out.
public struct FaultInterceptor: OperationInterceptor {
    let plan: FaultPlan

    /// Runs a request, or does not.
    ///
    /// - Parameters:
    ///   - call: What is asked.
    ///   - body: Makes the request.
    public func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        var lost: StoreError?
        for effect in plan.next(call.operation, call.key, isStream: false) {
            switch effect {
            case .fail(let error): throw error
            case .failAfterwards(let error): lost = error
            case .delay(let duration): try await Sleeper.sleep(for: duration)
            case .duplicate: _ = try await body()
            case .breakStream, .endStream, .shortReads, .slowStream, .breakWriter, .failFinish: break
            }
        }
        let result = try await body()
        if let lost { throw lost }
        return result
    }

    /// Wraps the stream of a read.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - source: Where it comes from.
    public func wrap(_ stream: any ByteStream, _ source: StreamSource) -> any ByteStream {
        let effects = plan.next(.read, source.info.key, isStream: true)
        return effects.isEmpty ? stream : FaultyStream(stream, effects)
    }

    /// Wraps a writer.
    ///
    /// - Parameter writer: The writer.
    public func wrap(_ writer: any DriverWriter) -> any DriverWriter {
        let effects = plan.next(.write, nil, isStream: true)
        return effects.isEmpty ? writer : FaultyWriter(writer, effects)
    }
}
