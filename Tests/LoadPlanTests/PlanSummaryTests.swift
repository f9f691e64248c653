import Domains
import LoadPlan
import Testing

@Suite struct PlanSummaryTests {
    private func plan(
        _ shapes: [Stage.Shape], stay: SessionPlan.Stay = .for(.zero), arrivals: ArrivalProcess = .even,
        tls: Target.TLSMode = .starttls
    ) -> RunPlan {
        RunPlan(
            name: "x", seed: 1, arrivals: arrivals, interval: .seconds(1),
            target: Target(address: .embedded, domain: "localhost", tls: tls),
            stages: shapes.map { Stage(name: "\($0)", shape: $0) }, session: SessionPlan(stay: stay))
    }

    static let evenShapes: [Stage.Shape] = [
        .hold(rate: 200, duration: .seconds(2)), .ramp(from: 20, to: 150, duration: .seconds(10)),
        .ramp(from: 0, to: 1, duration: .seconds(1)), .hold(rate: 0, duration: .seconds(5)),
        .hold(rate: 0.3, duration: .seconds(7)), .ramp(from: 100, to: 0, duration: .seconds(10)),
    ]

    @Test("even arrivals are counted exactly", arguments: evenShapes)
    func exact(shape: Stage.Shape) throws {
        let schedule = try #require(ArrivalSchedule(shape, process: .even, seed: 1, stream: 0))
        #expect(PlanSummary(plan([shape])).logins == .exact(Array(schedule).count))
    }

    @Test("what is random is expected, what the server decides is unknown")
    func unknown() {
        let hold = Stage.Shape.hold(rate: 10, duration: .seconds(10))
        #expect(PlanSummary(plan([hold], arrivals: .poisson)).logins == .expected(100))
        #expect(PlanSummary(plan([hold, .crowd(sessions: 5, end: .after(.seconds(1)))])).logins == nil)
        let burst = PlanSummary(plan([hold, .burst(logins: 7)]))
        #expect(burst.logins == .exact(107))
        #expect(burst.duration == .seconds(10))
        #expect(!burst.isDurationKnown)
    }

    @Test("rates are the corners of each open stage")
    func rates() {
        let summary = PlanSummary(plan([.ramp(from: 1, to: 50, duration: .seconds(10)), .burst(logins: 5)]))
        #expect(summary.greatestRate == 50)
        #expect(summary.stages[0].rates.map(\.at) == [.zero, .seconds(10)])
        #expect(summary.stages[1].rates.isEmpty)
    }

    static let concurrencies: [(shapes: [Stage.Shape], stay: SessionPlan.Stay, sessions: Int)] = [
        ([.hold(rate: 100, duration: .seconds(600))], .for(.seconds(30)), 3100),
        ([.hold(rate: 100, duration: .seconds(10))], .for(.seconds(30)), 1000),
        ([.hold(rate: 100, duration: .seconds(10)), .hold(rate: 0, duration: .seconds(60))], .untilEnd, 1000),
        ([.ramp(from: 0, to: 100, duration: .seconds(10))], .untilEnd, 500),
        ([.burst(logins: 2000)], .for(.zero), 2000),
        ([.crowd(sessions: 500, end: .after(.seconds(9)))], .for(.seconds(1)), 500),
        ([.hold(rate: 100, duration: .seconds(10)), .burst(logins: 50)], .untilEnd, 1050),
        ([.burst(logins: 50), .hold(rate: 0, duration: .seconds(9)), .burst(logins: 70)], .for(.seconds(2)), 70),
    ]

    @Test("sessions at once are estimated from rate and stay", arguments: concurrencies)
    func concurrency(shapes: [Stage.Shape], stay: SessionPlan.Stay, sessions: Int) {
        #expect(PlanSummary(plan(shapes, stay: stay)).greatestConcurrency == sessions)
    }

    @Test("sessions at once say what the machine must give")
    func machine() {
        let summary = PlanSummary(plan([.burst(logins: 12_001)]))
        #expect(summary.sourceAddresses == 2)
        #expect(summary.sockets == 12_001)
        #expect(summary.memory == 12_001 * 26 * 1024)
        #expect(summary.sessionsPerAccount == 12.001)
        #expect(PlanSummary(plan([.burst(logins: 10)], tls: .none)).memory == 10 * 1024)
        #expect(PlanSummary(plan([.burst(logins: 10)])).sourceAddresses == 1)
    }

    @Test("tickets and certificates of each account take memory beside the sessions")
    func accountMemory() {
        var plan = plan([.burst(logins: 10)])
        let sessions = PlanSummary(plan).memory
        plan.target.resumption = .shared
        plan.accounts.certificate = CertificateFiles(certificate: "all.pem", key: "all.key")
        #expect(PlanSummary(plan).memory == sessions)
        plan.target.resumption = .account
        plan.accounts.certificate = CertificateFiles(certificate: "{n}.pem", key: "{n}.key")
        #expect(PlanSummary(plan).memory == sessions + 1000 * 14 * 1024)
    }

    @Test("a plan's hash text is the seed's and the load's, never the password's or the address's")
    func hashText() {
        let base = plan([.burst(logins: 10)])
        var other = base
        other.accounts.source = .pattern("u{n}", count: 1000, password: "geheim")
        other.target.address = .host("127.0.0.1", port: 5222)
        #expect(other.planHashText == base.planHashText)
        other.seed = 2
        #expect(other.planHashText != base.planHashText)
        #expect(plan([.burst(logins: 11)]).planHashText != base.planHashText)
    }
}
