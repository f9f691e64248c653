import Foundation
import ResultFiles
import TestSupport
import Testing

/// A server that treats every other login well, and each of the rest in another of the ways of `docs/reliability.md`.
@Suite("A run of good logins and hostile ones", .serialized)
struct MixedRunTests {
    private struct Cell: Sendable {
        let script: [ScriptedServer.Line]
        let step: LoginStep
        let told: String
    }

    /// All cells but those that cost both sides their processor until the time is over: many of them at once would leave
    /// nothing for the good ones, whoever serves them.
    private static func cells() throws -> [Cell] {
        let table = try ReliabilityTable.read()
        return HostileBehaviour.all.filter { !$0.isBusy }.flatMap { behaviour in
            LoginStep.all.filter { !$0.needsSTARTTLS }.compactMap { step in
                guard let script = behaviour.script(at: step), let told = table.cell(behaviour, step) else {
                    return nil
                }
                return Cell(script: script, step: step, told: told)
            }
        }
    }

    @Test("every good one completes, each hostile one is counted under its name, and memory stays small")
    func mixed() async throws {
        let cells = try Self.cells().filter { $0.told != ReliabilityTable.impossible }
        let logins = TestSize.pick(small: 2 * cells.count, long: 10_000)
        let server = try ScriptedServer { number in
            number.isMultiple(of: 2) ? LoginStep.good : cells[number / 2 % cells.count].script
        }
        let result = try await run(at: server.port, logins: logins)
        let bad = (0..<logins / 2).map { cells[$0 % cells.count] }
        let expected = counted(bad.compactMap { ReliabilityTable.failure(in: $0.told, of: $0.step) })
        let seen = counted(
            result.failures.flatMap { row in
                let name = ReliabilityTable.Failure(phase: row.phase, kind: row.kind, condition: row.condition)
                return Array(repeating: name, count: Int(row.count))
            })
        let differences = Set(seen.keys).union(expected.keys).filter { seen[$0] != expected[$0] }
        #expect(
            differences.isEmpty, "\(differences.map { "\($0): \(seen[$0] ?? 0), not \(expected[$0] ?? 0)" })")
        #expect(result.system.compactMap(\.residentBytes).max() ?? .max < 512 << 20)
    }

    private func counted(_ names: [ReliabilityTable.Failure]) -> [ReliabilityTable.Failure: Int] {
        names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private func run(at port: UInt16, logins: Int) async throws -> StoredResult {
        let folder = try TemporaryDirectory()
        let path = try folder.write(
            """
            name: mixed
            interval: 1s
            target: {address: "127.0.0.1:\(port)", tls: none}
            accounts: {count: 20000, password: pw}
            login: {mechanism: PLAIN, timeout: 5s}
            load: [{crowd: {sessions: \(TestSize.pick(small: 60, long: 200)), logins: \(logins)}}]
            thresholds: [failures < 100%]
            """, to: "scenario.yml")
        let outcome = try await MusterBinary.run(
            ["run", path, "--results", folder.path("results"), "--quiet"], within: .seconds(900))
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errorOutput)")
        return try ResultReader.read(folder.path("results/latest"))
    }
}
