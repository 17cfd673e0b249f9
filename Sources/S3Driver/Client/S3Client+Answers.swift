import Coffer
import HTTPTransport

extension S3Client {
    /// The most of a refusal's body that is read: a proxy's page can have megabytes.
    private static let faultLimit = 64 << 10

    /// Sends a request whose answer is XML. A status of success does not mean one: the body may hold an error, and
    /// what is neither that nor the expected document is no answer at all.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - document: What the answer must be.
    /// - Throws: What the refusal means; `invalidResponse`, retryable, for an answer that makes no sense.
    func send<Document: XMLDocument>(
        _ request: S3Request, reading document: Document.Type
    ) async throws(StoreError) -> (response: HTTPResponse, document: Document) {
        let response = try await send(request)
        let body = try await response.collect(limit: S3Request.answerLimit)
        let answer: XMLAnswer<Document>
        do throws(XMLError) {
            answer = try body.withUnsafeBytes { bytes throws(XMLError) in try XMLReader<Document>.read(bytes) }
        } catch {
            throw StoreError(
                .invalidResponse, "the service's answer makes no sense: \(error)", operation: request.operation,
                key: request.key?.string, driver: "s3", isRetryable: true, httpStatus: response.status,
                requestID: response.requestID)
        }
        switch answer {
        case .document(let document): return (response, document)
        case .failure(let error):
            var fault = S3Fault(response)
            fault.take(error)
            throw fault.error(request, bucket: settings.bucket)
        }
    }

    /// Reads a refusal.
    func fault(_ response: HTTPResponse) async -> S3Fault {
        var fault = S3Fault(response)
        if let body = await firstBytes(response), !body.isEmpty { fault.read(body) }
        return fault
    }

    /// The beginning of a refusal's body; the rest of a long one is not fetched.
    private func firstBytes(_ response: HTTPResponse) async -> Chunk? {
        if case .collected(let chunk) = response.body { return chunk.prefix(Self.faultLimit) }
        let stream = response.stream
        var chunks: [Chunk] = []
        var count = 0
        do throws(StoreError) {
            while count < Self.faultLimit, let chunk = try await stream.next() {
                chunks.append(chunk)
                count += chunk.count
            }
        } catch {
            // What came may say enough, and else the status does.
        }
        stream.cancel()
        return Chunk.joining(chunks).prefix(Self.faultLimit)
    }

    /// Finds out why a HEAD was refused: its answer has no body, that of the same GET has one.
    ///
    /// - Parameters:
    ///   - fault: What is known.
    ///   - request: What was asked.
    func explain(_ fault: S3Fault, _ request: S3Request) async -> S3Fault {
        guard request.method == .head, fault.code == nil else { return fault }
        switch fault.status {
        case 400, 403: break
        case 301, 302, 307, 308: if fault.region != nil { return fault }
        case 404: if state.withLock({ $0.hasSeenBucket }) { return fault }
        default: return fault
        }
        var probe = request
        probe.method = .get
        probe.condition = .none
        // Without its key, another refusal would hide the one that is asked for.
        probe.headers = request.headers.filter { EncryptionHeaders.isCustomerKey($0.name) } + [("range", "bytes=0-0")]
        probe.collectLimit = 64 << 10
        do throws(StoreError) {
            let attempt = try await exchange(probe)
            guard attempt.response.status >= 300 else {
                attempt.response.stream.cancel()
                return fault
            }
            var better = await self.fault(attempt.response)
            if better.code == nil { return fault }
            if better.code == "NoSuchKey" { state.withLock { $0.hasSeenBucket = true } }
            better.region = better.region ?? fault.region
            return better
        } catch {
            return fault
        }
    }
}
