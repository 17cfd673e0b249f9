import Coffer
import HTTPTransport

extension S3Driver: PresignDriver {
    /// Makes a presigned request; nothing is sent.
    public func presign(_ key: Key, _ options: PresignOptions) async throws(StoreError) -> PresignedRequest {
        let (route, signer, now) = try await client.signing()
        guard let signer else {
            throw StoreError(
                .unauthenticated, "an anonymous store has no key to sign with; give credentials",
                operation: .presign, key: key.string, driver: name)
        }
        let method: HTTPMethod =
            switch options.method {
            case .get: .get
            case .put: .put
            case .head: .head
            case .delete: .delete
            }
        let start = options.date ?? now
        let headers = options.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let url = try signer.presign(
            method, route.origin, path: route.path(.object(key)),
            query: options.query.map { (name: $0.key, value: $0.value) }, headers: headers,
            expiresIn: Int(options.expiresIn.components.seconds), at: start)
        return PresignedRequest(
            method: method.rawValue, url: url, headers: options.headers, expires: start.advanced(by: options.expiresIn))
    }
}
