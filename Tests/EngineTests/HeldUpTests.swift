import Foundation
import LoadPlan
import Metrics
import Testing
import Transport
import XMPP

@testable import Engine

@Suite("A generator that is held up", .serialized)
struct HeldUpTests {
    /// The server takes 50 ms for each answer, so that there are always logins under way.
    private func trial(_ timeout: Duration, tls: Target.TLSMode) throws -> Trial {
        let phases: [LoginPhase] = [.greeting, .sasl, .restart, .bind, .session, .roster]
        var trial = try Trial(
            [Stage(name: "flat", shape: .hold(rate: 50, duration: .seconds(2)))], mechanism: "PLAIN", tls: tls,
            delays: Dictionary(uniqueKeysWithValues: phases.map { ($0, 50_000_000) }))
        // A limit that no login of these meets lets the run wait for its last ones.
        trial.plan.login.timeouts = .init(otherwise: timeout, byPhase: ["resume": .seconds(20)])
        return trial
    }

    private func hold(_ run: Run) {
        run.lanes.lanes[0].queue.asyncAfter(deadline: .now() + 0.7) { Thread.sleep(forTimeInterval: 1.5) }
    }

    @Test("takes nothing of it for the server's", arguments: [Target.TLSMode.none, .starttls])
    func lane(_ tls: Target.TLSMode) async throws {
        let (totals, _) = try await trial(.milliseconds(1_000), tls: tls).run(disturbing: hold)
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .login).completed == 100)
        for phase in [Phase.greeting, .tls, .offer, .sasl, .restart, .bind, .session, .roster] {
            #expect(totals.record(of: phase).latencies?.maximum ?? 0 < 700_000_000, "\(phase)")
        }
        let unread = try #require(totals.record(of: .readLag).latencies)
        #expect(unread.maximum > 1_000_000_000)
        #expect(totals.record(of: .login).latencies?.maximum ?? 0 > 1_000_000_000)
    }

    @Test("a run that ends while it is held up does not blame the server for the logins that it cuts")
    func cut() async throws {
        var trial = try trial(.milliseconds(600), tls: .none)
        trial.plan.login.timeouts = .init(otherwise: .milliseconds(600))
        trial.plan.stages = [Stage(name: "flat", shape: .hold(rate: 50, duration: .milliseconds(1_000)))]
        let (totals, _) = try await trial.run { run in
            run.lanes.lanes[0].queue.asyncAfter(deadline: .now() + 0.95) { Thread.sleep(forTimeInterval: 2) }
        }
        #expect(totals.failures.entries.keys.allSatisfy { $0.kind == .local }, "\(totals.failures.entries.keys)")
    }

    @Test("each phase that ended by a read says how long its answer lay unread, and the others do not")
    func rows() async throws {
        let (totals, _) = try await Trial([burst], mechanism: "PLAIN", tls: .none).run()
        #expect(totals.record(of: .readLag).completed == 6 * 60)
        #expect(totals.record(of: .clientWait).isEmpty)
    }
}
