import Coffer
// Linking a driver is enough: the configuration file chooses among these by name.
import FileSystemDriver
import Foundation
import MemoryDriver
import PhotoIndex
import S3Driver

let usage = """
    photobox CONFIG add ALBUM FILE [CAPTION]
    photobox CONFIG list [ALBUM]
    photobox CONFIG fetch ALBUM NAME FILE
    photobox CONFIG remove ALBUM NAME
    """

func run(_ arguments: [String]) async throws -> Int32 {
    guard arguments.count >= 2 else {
        print(usage)
        return 2
    }
    let store = try await Settings(String(contentsOfFile: arguments[0], encoding: .utf8)).open()
    let index = PhotoIndex(store)
    let rest = Array(arguments.dropFirst(2))
    switch (arguments[1], rest.count) {
    case ("add", 2...3):
        let name = URL(fileURLWithPath: rest[1]).lastPathComponent
        let photo = try await index.add(
            .file(rest[1]), name: name, album: rest[0], caption: rest.count > 2 ? rest[2] : "")
        print("added \(photo.name), \(photo.size) bytes")
    case ("list", 0):
        for album in try await index.albums() { print(album) }
    case ("list", 1):
        for photo in try await index.photos(album: rest[0]) { print("\(photo.name)\t\(photo.size)\t\(photo.caption)") }
    case ("fetch", 3):
        let reader = try await index.reader(name: rest[1], album: rest[0])
        guard FileManager.default.createFile(atPath: rest[2], contents: nil),
            let file = FileHandle(forWritingAtPath: rest[2])
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: rest[2]]) }
        for try await chunk in reader { try chunk.withUnsafeBytes { try file.write(contentsOf: $0) } }
        try file.close()
    case ("remove", 2):
        try await index.remove(name: rest[1], album: rest[0])
    default:
        print(usage)
        return 2
    }
    await store.close()
    return 0
}

do {
    exit(try await run(Array(CommandLine.arguments.dropFirst())))
} catch {
    FileHandle.standardError.write(Data("photobox: \(error)\n".utf8))
    exit(1)
}
