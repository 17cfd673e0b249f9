import Coffer

extension ConformanceSuite {
    /// Streams that are not finished, or more than finished. That nothing is left behind (no object, no open upload) is
    /// checked after every case.
    static let writerEndCases: [ConformanceCase] = [
        ConformanceCase(.writer, "abortAtOnce") { t in
            let writer = try await t.store.writer("object")
            await writer.abort()
            try await t.expectMissing("object")
        },
        ConformanceCase(.writer, "abortDuring") { t in
            try await t.put("old", text: "old")
            for key in ["object", "old"] as [Key] {
                let writer = try await t.store.writer(key, t.inParts())
                try await writer.write(ConformanceContext.pattern(2 * t.partSize + 1))
                await writer.abort()
                await writer.abort()
            }
            try await t.expectMissing("object")
            try expectEqual(try await t.text("old"), "old")
            try expectEqual(try await t.names(), ["old"])
            try await t.checkNothingLeftOpen()
        },
        ConformanceCase(.writer, "dropped") { t in
            for size in [10, 2 * t.partSize + 1] {
                let writer = try await t.store.writer("object", t.inParts())
                try await writer.write(ConformanceContext.pattern(size))
            }
            try await t.expectMissing("object")
            try expectEqual(try await t.names(), [])
            try await t.checkNothingLeftOpen()
        },
        ConformanceCase(.writer, "writeAfterFinish") { t in
            let writer = try await t.store.writer("object")
            try await writer.write(Chunk("bytes"))
            _ = try await writer.finish()
            try await expectError(.closed) { try await writer.write(Chunk("more")) }
            try expectEqual(try await t.text("object"), "bytes")
        },
        ConformanceCase(.writer, "finishTwice") { t in
            let writer = try await t.store.writer("object")
            try await writer.write(Chunk("bytes"))
            _ = try await writer.finish()
            try await expectError(.closed) { _ = try await writer.finish() }
            try expectEqual(try await t.text("object"), "bytes")
        },
        ConformanceCase(.writer, "abortAfterFinish") { t in
            let writer = try await t.store.writer("object", t.inParts())
            try await writer.write(ConformanceContext.pattern(t.partSize + 1))
            _ = try await writer.finish()
            await writer.abort()
            try expectEqual(try await t.store.stat("object").size, Int64(t.partSize + 1))
        },
        ConformanceCase(.writer, "finishAfterAbort") { t in
            let writer = try await t.store.writer("object")
            try await writer.write(Chunk("bytes"))
            await writer.abort()
            try await expectError(.closed) { _ = try await writer.finish() }
            try await expectError(.closed) { try await writer.write(Chunk("more")) }
            try await t.expectMissing("object")
        },
        ConformanceCase(.writer, "sourceFails") { t in
            struct Broken: Error {}
            try await t.put("old", text: "old")
            for key in ["object", "old"] as [Key] {
                for limit in [10, t.partSize + 10] {
                    let given = Lock(0)
                    let body = Body.stream { () async throws -> Chunk? in
                        let sent = given.withLock { $0 }
                        if sent >= limit { throw Broken() }
                        let chunk = ConformanceContext.pattern(min(40_000, limit - sent))
                        given.withLock { $0 += chunk.count }
                        return chunk
                    }
                    let error = try await expectError(.io) { try await t.store.put(key, body, t.inParts()) }
                    try expect(error.underlying is Broken, "the error carries that of the source")
                }
            }
            try await t.expectMissing("object")
            try expectEqual(try await t.text("old"), "old")
            try await t.checkNothingLeftOpen()
        },
        ConformanceCase(.writer, "cancelledBeforeFinish") { t in
            let store = t.store
            let part = t.partSize
            let options = t.inParts()
            let task = Task {
                let writer = try await store.writer("object", options)
                try await writer.write(ConformanceContext.pattern(2 * part + 1))
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await writer.finish()
            }
            try await expectError(.cancelled) { try await task.value }
            try await t.expectMissing("object")
            try await t.checkNothingLeftOpen()
        },
        ConformanceCase(.writer, "cancelledDuringStream") { t in
            let store = t.store
            let options = t.inParts()
            let started = ReleaseFlag()
            let task = Task {
                try await store.put(
                    "object",
                    .stream {
                        started.set()
                        try await Sleeper.sleep(for: .milliseconds(1))
                        return ConformanceContext.pattern(10_000)
                    }, options)
            }
            while !started.isSet { try await Sleeper.sleep(for: .milliseconds(1)) }
            task.cancel()
            try await expectError(.cancelled) { _ = try await task.value }
            try await t.expectMissing("object")
            try await t.checkNothingLeftOpen()
        },
        ConformanceCase(.writer, "cancelledFromTheStart") { t in
            let store = t.store
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                let writer = try await store.writer("object")
                try await writer.write(Chunk("bytes"))
                _ = try await writer.finish()
            }
            try await expectError(.cancelled) { try await task.value }
            try await t.expectMissing("object")
        },
    ]
}
