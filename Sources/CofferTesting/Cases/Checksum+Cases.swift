import Coffer

extension ConformanceSuite {
    /// Checksums that go with writes, and reads that are compared.
    static let checksumCases: [ConformanceCase] = [
        ConformanceCase(.write, "checksumIsComputed", requires: .checksums) { t in
            let first = t.store.capabilities.checksumAlgorithms.first ?? .crc32
            for algorithm in [first] + t.store.capabilities.checksumAlgorithms {
                let info = try await t.store.put("object", "hello", WriteOptions(checksum: .algorithm(algorithm)))
                try expectEqual(info.checksum, ofHello(algorithm), "the checksum that the write gives")
                try expectEqual(try await t.text("object"), "hello")
            }
        },
        ConformanceCase(.write, "checksumIsCompared", requires: .checksums) { t in
            let first = t.store.capabilities.checksumAlgorithms.first ?? .crc32
            for algorithm in [first] + t.store.capabilities.checksumAlgorithms {
                guard let right = ofHello(algorithm) else { continue }
                try await t.store.put("right", "hello", WriteOptions(checksum: .value(right)))
                try await expectError(.checksumMismatch) {
                    try await t.store.put("wrong", "Hello", WriteOptions(checksum: .value(right)))
                }
                try expectEqual(try await t.store.exists("wrong"), false, "whether what was refused is there")
            }
        },
        ConformanceCase(.write, "checksumInParts", requires: .checksums) { t in
            let bytes = ConformanceContext.pattern(t.partSize * 2 + 1)
            for algorithm in t.store.capabilities.checksumAlgorithms.union([.crc32]) {
                var options = t.inParts()
                options.checksum = .algorithm(algorithm)
                let info = try await t.store.put("object", .chunk(bytes), options)
                try expectEqual(info.checksum?.algorithm, algorithm)
                try expectEqual(try await t.bytes("object"), bytes)
            }
        },
        ConformanceCase(.write, "checksumOfChecksumsCannotBeGiven", requires: .checksums) { t in
            guard let composite = Checksum(.crc32, base64: "NhCmhg==-1") else { return }
            try await expectError(.invalidArgument) {
                try await t.store.put("object", "hello", WriteOptions(checksum: .value(composite)))
            }
        },
        ConformanceCase(.read, "verificationRequired", requires: .checksums) { t in
            let algorithm = t.store.capabilities.checksumAlgorithms.first ?? .crc32
            let written = try await t.store.put("object", "hello", WriteOptions(checksum: .algorithm(algorithm)))
            let options = ReadOptions(verification: .required)
            if let kept = try await t.store.stat("object").checksum {
                try expectEqual(kept, written.checksum, "the checksum that was kept")
                try expectEqual(try await t.store.get("object", options).bytes.utf8String, "hello")
                let reader = try await t.store.reader("object", options)
                try expectEqual(reader.isVerified, true, "whether the reader says that it compares")
                try expectEqual(try await reader.collect().utf8String, "hello")
            } else {
                try await expectError(.unsupported) { try await t.store.get("object", options) }
            }
            // There is no checksum of a part.
            let part = ReadOptions(range: .bounded(1..<3), verification: .required)
            try await expectError(.unsupported) { try await t.store.get("object", part) }
        },
        ConformanceCase(.read, "verificationOff") { t in
            try await t.store.put("object", "hello")
            let options = ReadOptions(verification: .off)
            try expectEqual(try await t.store.get("object", options).bytes.utf8String, "hello")
            try expectEqual(try await t.store.reader("object", options).isVerified, false)
        },
    ]
}

/// The checksum of `hello`, as computed by Python: zlib, hashlib, and from the polynomials bit by bit.
private func ofHello(_ algorithm: ChecksumAlgorithm) -> Checksum? {
    switch algorithm {
    case .crc64nvme: Checksum(algorithm, base64: "M3eFcAZSQlc=")
    case .crc32c: Checksum(algorithm, base64: "mnG7TA==")
    case .crc32: Checksum(algorithm, base64: "NhCmhg==")
    case .sha256: Checksum(algorithm, base64: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
    case .sha1: Checksum(algorithm, base64: "qvTGHdzF6KLavt4PO0gs2a6pQ00=")
    }
}
