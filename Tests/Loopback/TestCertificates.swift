import Foundation

/// Authorities and certificates of the tests, made once by the `openssl` tool.
package final class TestCertificates: Sendable {
    /// A certificate and its key, as PEM files.
    package struct Server: Sendable {
        package let certificate: String
        package let key: String
    }

    /// Those of this process.
    package static let shared = Result { try TestCertificates() }

    /// The authority's certificate.
    package let caFile: String
    /// Another authority's.
    package let otherCAFile: String
    /// For `localhost` and 127.0.0.1.
    package let server: Server
    /// For `elsewhere.test` only.
    package let wrongHost: Server
    private let directory: String

    private init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-tls-\(getpid())").path
        let script = """
            set -e; mkdir -p "\(directory)"; cd "\(directory)"
            for ca in ca other; do
              openssl ecparam -name prime256v1 -genkey -noout -out $ca.key
              openssl req -x509 -new -key $ca.key -sha256 -days 30 -subj "/CN=Coffer test $ca" -out $ca.pem \
                -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
            done
            make() {
              openssl ecparam -name prime256v1 -genkey -noout -out $1.key
              openssl req -new -key $1.key -subj "/CN=$1" -out $1.csr
              printf "subjectAltName=$2\\nbasicConstraints=CA:FALSE\\nextendedKeyUsage=serverAuth\\n" > $1.ext
              openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -sha256 \
                -extfile $1.ext -out $1.pem
            }
            make server DNS:localhost,IP:127.0.0.1
            make wrong DNS:elsewhere.test
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("the openssl tool made no certificates") }
        caFile = directory + "/ca.pem"
        otherCAFile = directory + "/other.pem"
        server = Server(certificate: directory + "/server.pem", key: directory + "/server.key")
        wrongHost = Server(certificate: directory + "/wrong.pem", key: directory + "/wrong.key")
    }
}
