import Coffer
import Foundation
import Testing

@testable import FileSystemDriver

/// A directory of one test, removed at its end.
final class Scratch: Sendable {
    let path: String

    init(on base: String = "/dev/shm") {
        let usable = FileManager.default.fileExists(atPath: base) ? base : NSTemporaryDirectory()
        path = "\(usable)/coffer-fs-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        // Hostile names and deep trees are more than FileManager takes.
        let remove = Process()
        remove.executableURL = URL(fileURLWithPath: "/bin/rm")
        remove.arguments = ["-rf", "--", path]
        try? remove.run()
        remove.waitUntilExit()
    }

    var root: String { path + "/root" }

    func volume(
        durability: FileSystemOptions.Durability = .relaxed, symlinks: FileSystemOptions.Symlinks = .refuse,
        allowOpenat2: Bool = true, keepEmptyDirectories: Bool = false
    ) throws -> Volume {
        try Volume(
            FileSystemOptions(
                root: root, durability: durability, symlinks: symlinks, keepEmptyDirectories: keepEmptyDirectories),
            allowOpenat2: allowOpenat2)
    }

    func store(
        durability: FileSystemOptions.Durability = .relaxed, symlinks: FileSystemOptions.Symlinks = .refuse,
        allowOpenat2: Bool = true, keepEmptyDirectories: Bool = false
    ) throws -> Store {
        Store(
            driver: FileSystemDriver(
                try volume(
                    durability: durability, symlinks: symlinks, allowOpenat2: allowOpenat2,
                    keepEmptyDirectories: keepEmptyDirectories)))
    }

    /// All files and directories below the root, the control directory left out, sorted.
    func tree() throws -> [String] {
        var names: [String] = []
        func walk(_ directory: Int32, _ path: String) throws {
            guard directory >= 0, let stream = fdopendir(directory) else {
                throw StoreError(.io, "cannot read '\(path)'")
            }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
                let text = String(decoding: name, as: UTF8.self)
                if text == "." || text == ".." || (path.isEmpty && text == ".coffer") { continue }
                names.append(path + text)
                guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
                let cName = (name + [0]).map { CChar(bitPattern: $0) }
                let below = openat(directory, cName, O_RDONLY | O_DIRECTORY)
                try walk(below, path + text + "/")
            }
        }
        try walk(open(root, O_RDONLY | O_DIRECTORY), "")
        return names.sorted()
    }

    /// How many descriptors of this process lead below the root.
    func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            return target?.hasPrefix(root) == true
        }
    }

    /// Writes a file as another program would.
    func plant(_ name: String, _ text: String = "planted") throws {
        let file = root + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8)) else {
            throw StoreError(.io, "cannot plant \(file)")
        }
    }
}

extension Store {
    /// The text of an object.
    func text(_ key: Key) async throws -> String? { try await get(key).bytes.utf8String }

    /// All keys and common prefixes, page by page.
    func names(
        _ prefix: String = "", delimiter: String? = nil, startAfter: String? = nil, pageSize: Int = 1000
    ) async throws -> [String] {
        var options = ListOptions(prefix: prefix, delimiter: delimiter, startAfter: startAfter, limit: pageSize)
        var names: [String] = []
        while true {
            let page = try await listPage(options)
            names += page.entries.map(\.name)
            guard let token = page.nextToken else { return names }
            options.pageToken = token
        }
    }
}

/// The code of the error that a body throws; nil if it throws none.
func code(_ body: () async throws -> Void) async -> StoreError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return StoreError(wrapping: error).code
    }
}
