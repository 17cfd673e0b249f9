import Coffer
import CofferTesting
import Glibc

/// A file without a name.
final class ScratchFile {
    let descriptor: Int32

    init() throws {
        var template = Array("/tmp/coffer-test-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        if descriptor < 0 { throw StoreError(.io, "no scratch file: \(systemMessage(errno))") }
        unlink(template)
    }

    func contents() throws -> Chunk { try read(descriptor) }

    deinit { close(descriptor) }
}

/// Everything in an open file.
private func read(_ descriptor: Int32) throws -> Chunk {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    return try Chunk(capacity: size) { buffer throws(StoreError) in
        guard pread(descriptor, buffer.baseAddress, size, 0) == size else { throw StoreError(.io, "a short read") }
        return size
    }
}

/// A directory that is deleted with what is in it.
final class ScratchDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/coffer-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw StoreError(.io, "no scratch directory") }
        path = String(cString: made)
    }

    var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func contents(_ name: String) throws -> Chunk {
        let descriptor = open(path + "/" + name, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        return try read(descriptor)
    }

    /// Writes a file and gives its path.
    func write(_ name: String, _ bytes: Chunk) throws -> String {
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written != bytes.count { throw StoreError(.io, "a short write") }
        return file
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }
}

/// Does something before the n-th call of a verb.
struct HookLayer: Layer {
    let operation: Coffer.Operation
    let call: Int
    let action: @Sendable () async -> Void

    init(_ operation: Coffer.Operation, at call: Int, _ action: @escaping @Sendable () async -> Void) {
        (self.operation, self.call, self.action) = (operation, call, action)
    }

    func wrap(_ driver: any Driver) -> any Driver {
        InterceptingDriver(driver, HookInterceptor(layer: self, counter: Counter()))
    }
}

struct HookInterceptor: OperationInterceptor {
    let layer: HookLayer
    let counter: Counter

    func intercept<R: Sendable>(
        _ call: InterceptedCall, _ body: @escaping @Sendable () async throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        if call.operation == layer.operation && counter.next() == layer.call { await layer.action() }
        return try await body()
    }
}

/// Lets a driver claim that downloads may be split.
struct EagerLayer: Layer {
    let threshold: Int64
    let partSize: Int64
    var concurrency = 4

    func wrap(_ driver: any Driver) -> any Driver {
        var capabilities = driver.capabilities
        capabilities.downloadThreshold = threshold
        capabilities.downloadPartSize = partSize
        capabilities.downloadConcurrency = concurrency
        return eager(driver, capabilities)
    }
}

private func eager<Base: Driver>(_ base: Base, _ capabilities: Capabilities) -> any Driver {
    EagerDriver(base: base, capabilities: capabilities)
}

/// A driver with other capabilities; reads, writes and streams only.
private struct EagerDriver<Base: Driver>: ForwardingDriver {
    let base: Base
    let capabilities: Capabilities
    var name: String { base.name }
    var facets: DriverFacets { base.facets }
}
