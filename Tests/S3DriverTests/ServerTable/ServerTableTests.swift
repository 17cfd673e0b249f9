import Coffer
import Foundation
import Testing

@testable import S3Driver

/// The table operation × server of `docs/servers.md`: made of what the servers do, and compared with it on every run.
///
/// `scripts/server-table --write` makes it anew on all servers; it has `COFFER_SERVER_TABLE` name the directory where each
/// result is left. Without that each result must be the one in the document.
@Suite(.enabled(if: !TestServer.all.isEmpty))
struct ServerTableTests {
    private static let slots = AsyncSemaphore(4)

    @Test(arguments: TestServer.all, TableRow.all)
    func row(_ server: TestServer, _ row: TableRow) async throws {
        try await Self.slots.wait()
        defer { Self.slots.signal() }
        let found = await outcome(server, row)
        if let directory = ProcessInfo.processInfo.environment["COFFER_SERVER_TABLE"], !directory.isEmpty {
            try note(found, row, server, directory)
            return
        }
        let documented = ServerTable.document[row.group]?[row.name]?[server.name]
        #expect(
            documented == found,
            "docs/servers.md is not what the server does (make it anew by scripts/server-table --write)")
    }

    /// The words of the table for what a server made of an operation.
    private func outcome(_ server: TestServer, _ row: TableRow) async -> String {
        do {
            let table = try await TableContext(server)
            do {
                try await row.run(table)
                await table.store.close()
                return "yes"
            } catch {
                await table.store.close()
                if ProcessInfo.processInfo.environment["COFFER_SERVER_TABLE"] != nil {
                    FileHandle.standardError.write(Data("\(row.testDescription) on \(server.name): \(error)\n".utf8))
                }
                throw error
            }
        } catch let error as StoreError {
            let isOurs = error.code == .unsupported || error.code == .invalidConfiguration
            if isOurs && error.httpStatus == nil { return "not asked" }
            let status = error.httpStatus.flatMap { $0 < 300 ? nil : "status \($0)" }
            return "no: \(error.serviceCode ?? status ?? "\(error.code)")"
        } catch let refused as Refused {
            return "no: status \(refused.status)"
        } catch is Ignored {
            return "ignored"
        } catch is NotKnown {
            return "no: not known"
        } catch {
            return "no: \(error)"
        }
    }

    private func note(_ found: String, _ row: TableRow, _ server: TestServer, _ directory: String) throws {
        let number = TableRow.all.firstIndex { $0.group == row.group && $0.name == row.name } ?? 0
        let record = [
            "number": String(1000 + number), "group": row.group, "name": row.name, "server": server.name,
            "outcome": found,
        ]
        let file = directory + "/\(UInt64.random(in: 0 ... .max)).json"
        try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: file))
    }
}

/// The tables of `docs/servers.md`, by group, row and server.
enum ServerTable {
    static let document: [String: [String: [String: String]]] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../../docs/servers.md")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [:] }
        var tables: [String: [String: [String: String]]] = [:]
        var group = ""
        var servers: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") {
                (group, servers) = (String(line.dropFirst(3)), [])
            } else if line.hasPrefix("| ") {
                let cells = line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
                if servers.isEmpty {
                    servers = Array(cells.dropFirst())
                } else if cells.count == servers.count + 1 {
                    tables[group, default: [:]][cells[0]] = Dictionary(zip(servers, cells.dropFirst())) { $1 }
                }
            }
        }
        return tables
    }()
}
