import Foundation
import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Engine

/// Behaviours × steps, each beside logins that meet a good server. The document is the expectation: make it anew with
/// `make reliability`.
@Suite("A server that misbehaves at any step of a login", .serialized)
struct ReliabilityTests {
    private static let isWriting = ProcessInfo.processInfo.environment["MUSTER_WRITE_RELIABILITY"] == "1"

    /// Every behaviour at a step, and one of them at all steps; all at all in the long size.
    private func isTried(_ behaviour: Int, _ step: Int) -> Bool {
        TestSize.current == .long || Self.isWriting || step == behaviour % LoginStep.all.count || behaviour == 0
    }

    @Test("has its name in docs/reliability.md, and the good logins beside it complete")
    func matrix() async throws {
        let known = Self.isWriting ? ReliabilityTable() : try ReliabilityTable.read()
        var seen = ReliabilityTable()
        for (row, behaviour) in HostileBehaviour.all.enumerated() {
            for (column, step) in LoginStep.all.enumerated() where isTried(row, column) {
                let cell = try await tell(of: behaviour, at: step)
                seen.cells[behaviour.name, default: [:]][step.name] = cell
                if !Self.isWriting { #expect(cell == known.cell(behaviour, step), "\(behaviour.name) at \(step.name)") }
            }
        }
        if Self.isWriting { try seen.write() }
    }

    private func tell(of behaviour: HostileBehaviour, at step: LoginStep) async throws -> String {
        guard let bad = behaviour.script(at: step) else { return ReliabilityTable.impossible }
        let goodOnes = step.needsSTARTTLS ? 0 : 2
        let server = try ScriptedServer { $0.isMultiple(of: 2) || goodOnes == 0 ? bad : LoginStep.good }
        let totals = try await run(at: server.port, logins: 2 + goodOnes, tls: step.needsSTARTTLS ? .starttls : .none)
        let logins = totals.record(of: .login)
        guard logins.completed < 2 + goodOnes else { return ReliabilityTable.completes }
        #expect(logins.completed == goodOnes && logins.failed == 2, "\(behaviour.name) at \(step.name)")
        let failures = totals.failures.ordered
        #expect(failures.reduce(0) { $0 + $1.entry.count } == 2, "\(behaviour.name) at \(step.name): \(failures)")
        let cells = Set(
            failures.map { failure in
                ReliabilityTable.cell(
                    of: step, phase: totals.names.phases.name(of: failure.key.phase), kind: failure.key.kind.rawValue,
                    condition: failure.key.condition)
            })
        let told = cells.isSubset(of: behaviour.alternatives) ? behaviour.alternatives : cells
        return told.sorted().joined(separator: " or ")
    }

    private func run(at port: UInt16, logins: Int, tls: Target.TLSMode) async throws -> RunTotals {
        var trial = try Trial([Stage(name: "burst", shape: .burst(logins: logins))], mechanism: "PLAIN", tls: tls)
        trial.plan.target.address = .host("127.0.0.1", port: port)
        trial.plan.login.timeouts = .init(otherwise: .seconds(2))
        return try await trial.run().0
    }
}
