import Coffer
import Testing

@Suite("Chunks and payloads")
struct ChunkTests {
    @Test("Slices share memory and clip to the chunk")
    func slices() {
        let chunk = Chunk(Array(0..<100))
        let slice = chunk.slice(10..<20)
        #expect(slice.array == Array(10..<20))
        #expect(slice.baseAddress == chunk.baseAddress.map { $0 + 10 })
        #expect(chunk.slice(90..<200).array == Array(90..<100))
        #expect(chunk.slice(-5..<3).array == [0, 1, 2])
        #expect(chunk.slice(200..<300).isEmpty)
        #expect(chunk.dropFirst(99).array == [99])
        #expect(chunk.dropFirst(1000).isEmpty)
        #expect(chunk.prefix(0).isEmpty)
        #expect(slice.slice(5..<100).array == Array(15..<20), "a slice of a slice ends where the slice ends")
    }

    @Test("Borrowed memory is released once, after the last slice")
    func borrowing() {
        let released = Lock(0)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
        memory.copyBytes(from: [1, 2, 3, 4, 5, 6, 7, 8])
        do {
            var slice: Chunk
            do {
                let chunk = Chunk(borrowing: UnsafeRawBufferPointer(memory)) { released.withLock { $0 += 1 } }
                slice = chunk.slice(2..<4)
            }
            #expect(released.withLock { $0 } == 0)
            #expect(slice.array == [3, 4])
            slice = Chunk()
            #expect(slice.isEmpty)
        }
        #expect(released.withLock { $0 } == 1)
        memory.deallocate()
    }

    @Test("A fill that throws gives an error and no chunk")
    func throwingFill() {
        struct Fault: Error {}
        #expect(throws: Fault.self) { _ = try Chunk(capacity: 10) { _ throws(Fault) in throw Fault() } }
    }

    @Test("Payload slices cross segment borders")
    func payload() throws {
        var payload = Payload(Chunk(Array(0..<10)))
        payload.append(Chunk())
        payload.append(Chunk(Array(10..<25)))
        #expect(payload.count == 25)
        #expect(payload.segments.count == 2)
        let middle = payload.slice(8..<13)
        #expect(middle.count == 5)
        var bytes = [UInt8](repeating: 0, count: 5)
        let first = try bytes.withUnsafeMutableBytes { try middle.read(into: $0, at: 0) }
        #expect(first == 2)
        let second = try bytes.withUnsafeMutableBytes {
            try middle.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[2...]), at: 2)
        }
        #expect(second == 3)
        #expect(bytes == [8, 9, 10, 11, 12])
        #expect(payload.slice(25..<30).isEmpty)
    }

    @Test("A builder fills memory of the exact size, also the large one")
    func builder() throws {
        for size in [0, 1, 4096, 5 << 20] {
            let builder = try ChunkBuilder(capacity: size)
            while !builder.remaining.isEmpty {
                let step = min(1 << 20, builder.remaining.count)
                Array(repeating: UInt8(7), count: step).withUnsafeBytes { builder.append($0) }
            }
            let chunk = builder.finish()
            #expect(chunk.count == size)
            #expect(chunk.array.allSatisfy { $0 == 7 })
        }
    }
}
