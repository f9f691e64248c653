import Testing

@testable import Metrics

@Suite("phases and tables")
struct PhaseTests {
    @Test("every phase is found again by its name, and has room in a table")
    func names() {
        for phase in Phase.all {
            #expect(Phase(named: phase.name) == phase)
            #expect(Int(phase.index) < Phase.limit)
        }
        #expect(Set(Phase.all).count == Phase.all.count)
        #expect(Phase(named: "nonsense") == nil)
    }

    @Test("the constants bear their names")
    func constants() {
        let names: [(Phase, String)] = [
            (.resolve, "resolve"), (.sasl, "sasl"), (.saslFull, "sasl.full"), (.saslFAST, "sasl.fast"),
            (.iqAuth, "iq-auth"), (.restart, "restart"), (.roster, "roster"), (.login, "login"),
            (.due, "due"), (.lag, "lag"), (.clientTLS, "client.tls"), (.clientSASL, "client.sasl"), (.online, "online"),
        ]
        for (phase, name) in names { #expect(phase.name == name) }
        #expect((1...4).map { Phase.sasl(round: $0)?.name } == ["sasl.1", "sasl.2", "sasl.3", "sasl.4"])
        #expect(Phase.sasl(round: 5) == nil)
    }

    @Test("a table handed over leaves an empty one, and totals are the sum of the stages")
    func table() {
        var table = PhaseTable(names: ScopeNames(variants: ["a", "b"], stages: ["x", "y"]))
        for stage: UInt16 in [0, 1] { table[Scope(variant: 1, stage: stage), .login].complete(after: 1000) }
        table[Scope(variant: 0, stage: 0), .login].failed += 1
        let taken = table.take()
        #expect(table[Scope(variant: 1, stage: 0), .login].isEmpty)
        #expect(taken.total(ofVariant: 1, phase: .login).completed == 2)
        #expect(taken.total(ofVariant: 1, phase: .login).failed == 0)
    }

    @Test("scopes are numbered densely and found again")
    func scopes() {
        let names = ScopeNames(variants: ["a", "b"], stages: ["x", "y", "z"])
        #expect((0..<names.count).map { names.index(of: names.scope(at: $0)) } == Array(0..<6))
    }

    @Test("totals add up intervals and both processors' time")
    func totals() {
        var totals = RunTotals(names: ScopeNames(stages: ["x", "y"]))
        for number: UInt64 in 1...3 {
            var phases = PhaseTable(names: totals.names)
            phases[Scope(stage: UInt16(number % 2)), .login].complete(after: number * 1_000_000)
            var system = SystemSample()
            system.cpu = 100
            system.server = SystemSample.ServerSample(pid: 7)
            system.server?.cpu = number == 2 ? nil : 50
            totals.merge(
                IntervalRecord(end: number * 1_000_000_000, phases: phases, failures: FailureTable(), system: system))
        }
        #expect(totals.record(of: .login).completed == 3)
        #expect(totals.record(of: .login, inStage: 1).completed == 2)
        #expect((totals.end, totals.clientCPU, totals.serverCPU) == (3_000_000_000, 300, 100))
    }
}
