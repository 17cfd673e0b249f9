import Coffer
import HTTPTransport

/// What a server said when it refused, before it becomes a ``StoreError``: the raw material for recovery too.
struct S3Fault: Sendable {
    /// The HTTP status.
    var status: Int
    /// S3's own code, for instance `NoSuchKey`; nil where the answer had no body (HEAD) or was not S3's.
    var code: String?
    /// The server's words.
    var message: String?
    /// The region where the bucket is, where the server says so.
    var region: String?
    /// The service's identifier of the request.
    var requestID: String?
    /// How long the service asked to wait.
    var retryAfter: Duration?
    /// The server's clock.
    var date: Timestamp?
    /// When the credentials ended that the server refused; nil if they had not. Ceph has only `AccessDenied` for them.
    var credentialsEnded: Timestamp?

    /// Reads status and headers.
    init(_ response: HTTPResponse) {
        status = response.status
        requestID = response.headers["x-amz-request-id"]
        region = response.headers["x-amz-bucket-region"]
        date = response.headers["date"].flatMap { Timestamp(httpDate: $0) }
        retryAfter = S3Fault.retryAfter(response.headers, now: date)
        if response.headers["content-type"]?.lowercased().hasPrefix("text/html") == true {
            message = "a page of HTML came instead of S3's answer; is a proxy or a login page in the way?"
        }
    }

    /// A fault that a successful answer reports for one of its parts.
    init(status: Int, code: String?, message: String?, requestID: String?) {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
    }

    /// Takes what the body says, if it is S3's XML.
    mutating func read(_ body: Chunk) {
        do throws(XMLError) {
            let answer = try body.withUnsafeBytes { bytes throws(XMLError) in
                try XMLReader<ServiceErrorDocument>.read(bytes)
            }
            if case .document(let error) = answer { take(error) }
        } catch {
            // Cut short, or too long to be read to its end: what it begins with may say enough.
            if let error = body.withUnsafeBytes({ XMLReader<ServiceErrorDocument>.beginning(of: $0) }) { take(error) }
        }
    }

    /// Takes what the body says.
    mutating func take(_ error: ServiceErrorDocument) {
        if !error.code.isEmpty { code = error.code }
        if !error.message.isEmpty { message = error.message }
        region = region ?? error.region
        requestID = requestID ?? error.requestID
    }

    /// Reads `Retry-After` (seconds or a date; RFC 9110, section 10.2.3) or `x-amz-retry-after` (milliseconds).
    static func retryAfter(_ headers: HTTPHeaders, now: Timestamp?) -> Duration? {
        if let text = headers["x-amz-retry-after"], let milliseconds = Int64(text), milliseconds >= 0 {
            return .milliseconds(min(milliseconds, 86_400_000))
        }
        guard let text = headers["retry-after"] else { return nil }
        if let seconds = Int64(text) { return .seconds(max(0, min(seconds, 86_400))) }
        guard let time = Timestamp(httpDate: text) else { return nil }
        return .seconds(max(0, min(time.seconds - (now ?? .now()).seconds, 86_400)))
    }
}
