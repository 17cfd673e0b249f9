import Coffer
import Testing

@testable import MemoryDriver

/// The index against a sorted array, over long random runs.
@Suite struct KeyTreeTests {
    static func object(_ number: UInt64) -> StoredObject {
        StoredObject(
            bytes: StoredBytes(Chunk()), etag: ETag("\(number)"), lastModified: Timestamp(seconds: 0),
            metadata: ObjectMetadata())
    }

    static func keys(of tree: KeyTree, from seek: KeySeek = KeySeek()) -> [Key] {
        var found: [Key] = []
        tree.scan(from: seek) {
            found.append($0.key)
            return true
        }
        return found
    }

    @Test(arguments: [1, 2, 3, 4])
    func agreesWithASortedModel(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var tree = KeyTree()
        var model: [Key: ETag] = [:]
        // Phases that grow and shrink, so that nodes are split and joined at every height.
        for phase in 0..<6 {
            for step in 0..<4000 {
                let key = Self.key(&random)
                let shrinks = phase % 2 == 1
                if random.next() % 10 < (shrinks ? 8 : 2) {
                    let removed = key.withBytes { tree.remove($0) }
                    #expect(removed?.etag == model.removeValue(forKey: key))
                } else if let entry = key.withBytes({ tree.find($0) }) {
                    #expect(entry.header.object?.etag == model[key])
                } else {
                    #expect(model[key] == nil)
                    let object = Self.object(UInt64(phase * 10_000 + step))
                    key.withBytes { tree.insert($0, object) }
                    model[key] = object.etag
                }
            }
            #expect(tree.count == model.count)
            #expect(Self.keys(of: tree) == model.keys.sorted())
            let bound = Self.key(&random)
            #expect(
                Self.keys(of: tree, from: KeySeek(after: Array(bound.string.utf8)))
                    == model.keys.filter { $0 > bound }.sorted())
            #expect(
                Self.keys(of: tree, from: KeySeek(atLeast: Array(bound.string.utf8)))
                    == model.keys.filter { $0 >= bound }.sorted())
            #expect(
                Self.keys(of: tree, from: KeySeek(afterPrefix: Array("k1".utf8)))
                    == model.keys.filter { $0 > "k1" && !$0.string.hasPrefix("k1") }.sorted())
        }
        for key in model.keys { #expect(key.withBytes { tree.remove($0) } != nil) }
        #expect(Self.keys(of: tree).isEmpty)
        #expect(tree.count == 0)
    }

    @Test func keepsAMillionKeysInOrder() {
        var tree = KeyTree()
        let object = Self.object(1)
        for number in 0..<1_000_000 { Key("key/\(100_000_000 + number)").withBytes { tree.insert($0, object) } }
        #expect(tree.count == 1_000_000)
        #expect(Key("key/100999999").withBytes { tree.find($0) } != nil)
        #expect(Key("key/101000000").withBytes { tree.find($0) } == nil)
    }

    private static func key(_ random: inout SplitMix) -> Key {
        let number = random.next() % 3000
        return number % 7 == 0 ? "k\(number)é" : "k\(number)"
    }
}

/// A small random generator with a seed, so that a failure can be repeated.
struct SplitMix {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
