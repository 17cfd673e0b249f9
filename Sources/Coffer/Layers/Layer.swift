/// Something put around a driver that changes how its operations run: retry, limit, prefix, …
///
/// Layers stack: the first one given is the innermost, nearest to the driver.
public protocol Layer: Sendable {
    /// Wraps a driver; its ``Driver/facets`` must offer what the wrapped ones offer, wrapped in turn.
    ///
    /// - Parameter driver: The driver, possibly wrapped already.
    func wrap(_ driver: any Driver) -> any Driver
}
