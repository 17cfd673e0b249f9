import Coffer

/// Albums of photos in a store, whichever driver is behind it.
///
/// A photo is the object `photos/<album>/<name>`. Each album has a list, `albums/<album>.txt`, that any number of
/// programs may change at the same time: every change is a compare-and-swap on its ETag.
public struct PhotoIndex: Sendable {
    private let store: Store

    /// Makes an index.
    ///
    /// - Parameter store: Where the photos are.
    public init(_ store: Store) { self.store = store }

    /// One line of an album.
    public struct Photo: Sendable, Equatable {
        /// The photo's name in its album.
        public var name: String
        /// Its size in bytes.
        public var size: Int64
        /// What it shows.
        public var caption: String

        /// Makes a line.
        public init(name: String, size: Int64, caption: String) {
            self.name = name
            self.size = size
            self.caption = caption
        }
    }

    /// Adds a photo; one of that name must not be there yet.
    ///
    /// - Throws: `alreadyExists`, and whatever the store throws.
    @discardableResult
    public func add(_ body: Body, name: String, album: String, caption: String = "") async throws -> Photo {
        let info = try await store.put(
            key(album, name), body,
            WriteOptions(metadata: ObjectMetadata(contentType: Self.contentType(name)), condition: .absent))
        let photo = Photo(name: name, size: info.size, caption: caption)
        try await change(album) { photos in photos.filter { $0.name != name } + [photo] }
        return photo
    }

    /// The photos of an album, by name; none for an album that is not there.
    public func photos(album: String) async throws -> [Photo] { try await read(album).photos }

    /// The names of all albums.
    public func albums() async throws -> [String] {
        try await store.list(prefix: "albums/").collect().map { String($0.name.dropFirst(7).dropLast(4)) }
    }

    /// A photo's bytes, as a stream.
    ///
    /// - Throws: `notFound`, and whatever the store throws.
    public func reader(name: String, album: String) async throws -> ObjectReader {
        try await store.reader(key(album, name))
    }

    /// Removes a photo from its album and the store.
    public func remove(name: String, album: String) async throws {
        try await change(album) { photos in photos.filter { $0.name != name } }
        try await store.delete(key(album, name))
    }

    private func key(_ album: String, _ name: String) -> Key { "photos/\(album)/\(name)" }
    private func listKey(_ album: String) -> Key { "albums/\(album).txt" }

    private func read(_ album: String) async throws -> (photos: [Photo], etag: ETag?) {
        do throws(StoreError) {
            let (info, bytes) = try await store.get(listKey(album))
            return (Self.decode(bytes.utf8String ?? ""), info.etag)
        } catch {
            if error.code == .notFound { return ([], nil) }
            throw error
        }
    }

    /// Reads the list, changes it and writes it back; begins anew if somebody else was faster.
    private func change(_ album: String, _ edit: ([Photo]) -> [Photo]) async throws {
        while true {
            let (photos, etag) = try await read(album)
            let edited = edit(photos).sorted { $0.name < $1.name }
            let condition: WriteCondition = etag.map { .matches($0) } ?? .absent
            do throws(StoreError) {
                try await store.put(listKey(album), .string(Self.encode(edited)), WriteOptions(condition: condition))
                return
            } catch {
                guard [.preconditionFailed, .alreadyExists, .conflict].contains(error.code) else { throw error }
            }
        }
    }

    private static func encode(_ photos: [Photo]) -> String {
        photos.map { "\($0.name)\t\($0.size)\t\($0.caption)\n" }.joined()
    }

    private static func decode(_ text: String) -> [Photo] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let size = Int64(fields[1]) else { return nil }
            return Photo(name: String(fields[0]), size: size, caption: String(fields[2]))
        }
    }

    private static func contentType(_ name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        default: "application/octet-stream"
        }
    }
}
