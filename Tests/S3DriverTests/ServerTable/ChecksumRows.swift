import Coffer
import CofferTesting

/// Checksums: kept and given back, for each algorithm, and compared by the server.
let checksumRows: [TableRow] =
    ChecksumAlgorithm.allCases.flatMap { algorithm in
        ["header", "trailer"].map { placement in
            TableRow("Checksums", "\(algorithm.rawValue) in a \(placement), kept") { table in
                let store = try await table.open(["checksum": algorithm.rawValue, "checksum_placement": placement])
                try await store.put("k", "text")
                try table.expect(try await store.stat("k").checksum?.algorithm == algorithm)
            }
        }
    } + [
        TableRow("Checksums", "a wrong one is refused") { table in
            guard let wrong = Checksum(.sha256, bytes: Array(repeating: 1, count: 32)) else { throw Ignored() }
            let store = try await table.open(["retry_attempts": "1"])
            let error = try await table.refusal {
                try await store.put("k", "text", WriteOptions(checksum: .value(wrong)))
            }
            if error.code != .checksumMismatch { throw error }
        },
        TableRow("Checksums", "of an object in parts") { table in
            let store = try await table.open(["checksum": "crc64nvme"])
            let writer = try await store.writer("k", WriteOptions(partSize: 5 << 20))
            try await writer.write(ConformanceContext.pattern(6 << 20))
            let info = try await writer.finish()
            try table.expect(info.checksum?.algorithm == .crc64nvme)
        },
        TableRow("Checksums", "payload signed in chunks") { table in
            let store = try await table.open(["payload_signing": "chunks"])
            let bytes = ConformanceContext.pattern(200_000)
            try await store.put("k", .chunk(bytes))
            try table.expect(try await store.get("k").bytes == bytes)
        },
    ]
