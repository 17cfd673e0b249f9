import CCurl
import Coffer

/// What a failure of libcurl means.
///
/// - Parameters:
///   - code: curl's code.
///   - detail: curl's own words; empty if it has none.
///   - origin: Whom the request was for.
func curlError(_ code: CURLcode, _ detail: String, _ origin: HTTPOrigin) -> StoreError {
    let endpoint = origin.endpoint
    let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
        return StoreError(
            .connectionFailed,
            "cannot find the address of \(endpoint): \(text); check the host's name and the resolver",
            isRetryable: true)
    case CURLE_COULDNT_CONNECT:
        return StoreError(
            .connectionFailed, "cannot connect to \(endpoint): \(text); check that the server runs and can be reached",
            isRetryable: true)
    case CURLE_OPERATION_TIMEDOUT:
        return StoreError(
            .timeout, "connecting to \(endpoint) took too long: \(text); raise connectTimeout if it needs longer",
            isRetryable: true)
    case CURLE_PEER_FAILED_VERIFICATION:
        return untrusted(endpoint, text)
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM:
        return StoreError(.invalidConfiguration, "cannot use the CA file: \(text); check the option caFile")
    case CURLE_SSL_CONNECT_ERROR:
        return StoreError(
            .connectionFailed,
            "no TLS connection to \(endpoint): \(text); check that the port speaks TLS, or use http", isRetryable: true)
    case CURLE_URL_MALFORMAT:
        return StoreError(.invalidArgument, "libcurl does not take the address \(endpoint): \(text)")
    case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
        return malformed(text)
    case CURLE_OUT_OF_MEMORY:
        // curl's word for a header line beyond its limit, too.
        return malformed("a header line is longer than libcurl takes, or memory is short")
    default:
        return StoreError(
            .connectionFailed, "the connection to \(endpoint) broke: \(text); try again", isRetryable: true)
    }
}

/// The connection ended before the head of the response was whole.
func missingHead(_ origin: HTTPOrigin) -> StoreError {
    StoreError(
        .connectionFailed, "\(origin.endpoint) closed the connection without a whole answer; try again",
        isRetryable: true)
}

/// A certificate that is not trusted.
func untrusted(_ endpoint: String, _ reason: String) -> StoreError {
    StoreError(
        .connectionFailed,
        "the certificate of \(endpoint) is not trusted: \(reason); name the authority's PEM file in the option caFile, "
            + "and check that the certificate is for this host")
}
