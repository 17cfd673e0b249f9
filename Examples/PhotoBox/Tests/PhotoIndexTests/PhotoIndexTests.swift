import Coffer
import MemoryDriver
import PhotoIndex
import Testing

/// The application's own tests need no disk and no server: the memory driver takes their place.
@Suite struct PhotoIndexTests {
    private let index: PhotoIndex

    init() async throws { index = PhotoIndex(try await Settings("driver = memory").open()) }

    @Test func aPhotoComesBack() async throws {
        try await index.add("pixels", name: "cat.jpg", album: "2026", caption: "the cat")
        #expect(try await index.photos(album: "2026") == [.init(name: "cat.jpg", size: 6, caption: "the cat")])
        let reader = try await index.reader(name: "cat.jpg", album: "2026")
        #expect(reader.info.metadata.contentType == "image/jpeg")
        #expect(try await reader.collect().utf8String == "pixels")
        #expect(try await index.albums() == ["2026"])
    }

    @Test func noPhotoIsOverwritten() async throws {
        try await index.add("first", name: "a.png", album: "x")
        let error = await #expect(throws: StoreError.self) {
            try await index.add("second", name: "a.png", album: "x")
        }
        #expect(error?.code == .alreadyExists)
        #expect(try await index.reader(name: "a.png", album: "x").collect().utf8String == "first")
    }

    @Test func manyAtTheSameTime() async throws {
        let index = index
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 100..<150 {
                group.addTask { try await index.add("x", name: "\(number).jpg", album: "busy") }
            }
            try await group.waitForAll()
        }
        #expect(try await index.photos(album: "busy").map(\.name) == (100..<150).map { "\($0).jpg" })
    }

    @Test func removing() async throws {
        try await index.add("x", name: "a", album: "y")
        try await index.remove(name: "a", album: "y")
        #expect(try await index.photos(album: "y").isEmpty)
        await #expect(throws: StoreError.self) { try await index.reader(name: "a", album: "y") }
    }

    @Test func onlyLinkedDriversAreThere() async {
        #expect(DriverRegistry.all.map(\.name) == ["memory"])
        let error = await #expect(throws: StoreError.self) { try await Settings("driver = s3").open() }
        #expect(error?.message.contains("known are memory") == true)
    }
}

@Suite struct SettingsTests {
    @Test func linesAndComments() throws {
        let settings = try Settings("# photos\n\n driver = s3 \nbucket=b\nprefix = a=b\n")
        #expect(settings.driver == "s3" && settings.options == ["bucket": "b", "prefix": "a=b"])
    }

    @Test(arguments: [
        ("driver = fs\nroot", "line 2 is not"), ("root = x", "there is no line 'driver"),
        ("driver = fs\ndriver = s3", "line 2 gives 'driver' a second time"),
    ])
    func mistakes(_ text: String, _ message: String) {
        let fault = #expect(throws: Settings.Fault.self) { try Settings(text) }
        #expect(fault?.description.contains(message) == true)
    }

    @Test func coffersOwnMistakesNameTheSetting() async {
        let error = await #expect(throws: StoreError.self) {
            try await Settings("driver = memory\nmax_bites = 5").open()
        }
        #expect(error?.code == .invalidConfiguration && error?.message.contains("max_bites") == true)
    }
}
