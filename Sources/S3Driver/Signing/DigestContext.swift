import COpenSSL
import Coffer

/// A digest algorithm of OpenSSL, looked up once per process.
///
/// `EVP_sha256()` would be looked up in the providers again for each digest: 170 ns of the 300 that a digest of 64
/// bytes then takes with OpenSSL 3.0. With the algorithm fetched and the context reused it takes 105.
struct DigestAlgorithm: Sendable {
    /// The name, as in error messages.
    let name: String
    /// `EVP_MD *`, never freed; nil if OpenSSL does not have it. `nonisolated(unsafe)`: OpenSSL only counts references.
    nonisolated(unsafe) let method: OpaquePointer?

    private init(_ name: String) {
        self.name = name
        method = EVP_MD_fetch(nil, name, nil)
    }

    /// SHA-256. Source: FIPS 180-4.
    static let sha256 = DigestAlgorithm("SHA256")
    /// SHA-1, for checksums of objects that were stored with it, and the names of SSO's token files. Source: FIPS 180-4.
    static let sha1 = DigestAlgorithm("SHA1")
    /// MD5, for `Content-MD5` only. Source: RFC 1321.
    static let md5 = DigestAlgorithm("MD5")
}

/// A digest in the making: an `EVP_MD_CTX` with one owner.
///
/// A failure of OpenSSL (it can only be short of memory) is remembered and thrown by ``finish(into:)``.
struct DigestContext: ~Copyable {
    private let context: OpaquePointer
    private let algorithm: DigestAlgorithm
    private var failed = false

    /// Makes a context that is ready for bytes.
    ///
    /// - Throws: `internal` if OpenSSL does not provide the algorithm.
    init(_ algorithm: DigestAlgorithm) throws(StoreError) {
        guard let method = algorithm.method, let context = EVP_MD_CTX_new() else {
            throw DigestContext.unavailable(algorithm)
        }
        guard EVP_DigestInit_ex2(context, method, nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw DigestContext.unavailable(algorithm)
        }
        self.context = context
        self.algorithm = algorithm
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Starts again.
    mutating func restart() {
        if EVP_DigestInit_ex2(context, nil, nil) != 1 { failed = true }
    }

    /// Goes on from where another context of the same algorithm stands; that one may be in use by other threads for
    /// the same purpose.
    mutating func restart(from other: borrowing DigestContext) {
        if EVP_MD_CTX_copy_ex(context, other.context) != 1 { failed = true }
    }

    /// Takes bytes.
    @inline(__always)
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        if EVP_DigestUpdate(context, start, bytes.count) != 1 { failed = true }
    }

    /// Writes the digest; ``restart()`` is needed before the next use.
    ///
    /// - Parameter target: Room for the digest.
    /// - Throws: `internal` if OpenSSL failed at any step since the start.
    mutating func finish(into target: UnsafeMutablePointer<UInt8>) throws(StoreError) {
        var length: UInt32 = 0
        if EVP_DigestFinal_ex(context, target, &length) != 1 { failed = true }
        if failed {
            failed = false
            throw StoreError(.internal, "OpenSSL could not compute \(algorithm.name); is the process out of memory?")
        }
    }

    private static func unavailable(_ algorithm: DigestAlgorithm) -> StoreError {
        StoreError(
            .internal,
            "OpenSSL provides no \(algorithm.name); check the providers in openssl.cnf (a FIPS setup may exclude it)")
    }
}
