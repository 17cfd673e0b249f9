import Coffer
import Testing

@testable import S3Driver

@Suite("Digests")
struct DigestTests {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    // Source: FIPS 180-4 examples, NIST.
    @Test(
        "SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(_ text: String, _ expected: String) throws {
        let input = bytes(text)
        #expect(try input.withUnsafeBytes { try SHA256.hash($0) }.hex == expected)
        // In pieces, twice over the same context.
        var digest = try SHA256()
        for _ in 0..<2 {
            for byte in input { withUnsafeBytes(of: byte) { digest.update($0) } }
            #expect(try digest.finish().hex == expected)
        }
    }

    // Source: RFC 1321, appendix A.5.
    @Test("MD5")
    func md5() throws {
        func hex(_ digest: SIMD16<UInt8>) -> String {
            var text = [UInt8](repeating: 0, count: 32)
            withUnsafeBytes(of: digest) { source in
                text.withUnsafeMutableBufferPointer { if let start = $0.baseAddress { Hex.write(source, to: start) } }
            }
            return String(decoding: text, as: UTF8.self)
        }
        let input = bytes("message digest")
        #expect(hex(try input.withUnsafeBytes { try MD5.hash($0) }) == "f96b697d7cb7938d525a2f31aaf161d0")
        #expect(hex(try MD5.hash(UnsafeRawBufferPointer(start: nil, count: 0))) == "d41d8cd98f00b204e9800998ecf8427e")
    }

    // Source: RFC 4231, test cases 1, 2, 3, 6 and 7.
    @Test(
        "HMAC-SHA-256",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func hmac(_ key: [UInt8], _ message: [UInt8], _ expected: String) throws {
        let code = try key.withUnsafeBytes { key in
            try message.withUnsafeBytes { try HMACSHA256.authenticate($0, key: key) }
        }
        #expect(code.hex == expected)
        var pieces = try HMACSHA256(key: try key.withUnsafeBytes { try HMACKey($0) })
        for _ in 0..<2 {
            for byte in message { withUnsafeBytes(of: byte) { pieces.update($0) } }
            #expect(try pieces.finish().hex == expected)
        }
    }
}
