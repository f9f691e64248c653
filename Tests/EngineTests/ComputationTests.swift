import Foundation
import LoadPlan
import Metrics
import Synchronization
import Testing
import Transport
import XMPP

@testable import Engine

@Suite("Computations beside the lanes", .serialized)
struct ComputationTests {
    private let few = Stage(name: "few", shape: .burst(logins: 10))

    /// Keeps every thread of the pool from the run's computations for a time.
    private func block(_ run: Run, for seconds: Double) {
        for _ in 0..<2 {
            run.lanes.crypto.run(ComputationOrder(asked: 0)) {
                Thread.sleep(forTimeInterval: seconds)
            } then: { _, _ in
            }
        }
    }

    @Test("what they wait for is no part of what the mechanism takes")
    func wait() async throws {
        let (totals, _) = try await Trial([few], tls: .none).run { block($0, for: 1.5) }
        #expect(totals.record(of: .login).completed == 10)
        #expect(totals.record(of: .clientWait).completed == 10)
        #expect(totals.record(of: .clientWait).latencies?.minimum ?? 0 > 500_000_000)
        let sasl = try #require(totals.record(of: .sasl).latencies)
        #expect(sasl.maximum < 300_000_000)
        #expect(sasl.maximum >= totals.record(of: .clientSASL).latencies?.maximum ?? .max)
        #expect(totals.record(of: .login).latencies?.maximum ?? 0 > 500_000_000)
    }

    @Test("a login whose computation does not come in time is our failure, and not the server's")
    func late() async throws {
        var trial = try Trial([few], tls: .none)
        trial.plan.login.timeouts = .init(byPhase: ["sasl": .milliseconds(300)])
        let (totals, _) = try await trial.run { block($0, for: 2) }
        let keys = totals.failures.entries.keys
        #expect(keys.map(\.kind) == [.local] && keys.map(\.condition) == ["our computation was not done"])
        #expect(totals.record(of: .login).failed == 10)
        #expect(totals.record(of: .clientWait).completed == 10)
    }

    @Test("the time of an answer that comes after a computation is the server's from then on")
    func patience() async throws {
        var trial = try Trial([few], tls: .none, delays: [.sasl: 1_500_000_000])
        trial.plan.login.timeouts = .init(byPhase: ["sasl": .milliseconds(3_500)])
        let (totals, _) = try await trial.run { block($0, for: 2.5) }
        #expect(totals.failures.entries.isEmpty)
        #expect(totals.record(of: .login).completed == 10)
    }

    @Test("run in the order in which they were asked for, and what nobody waits for is passed over")
    func order() async throws {
        let pool = CryptoPool(width: 1)
        let done = Mutex<[Int]>([])
        let (ended, end) = AsyncStream<Void>.makeStream()
        pool.run(ComputationOrder(asked: 0)) {
            Thread.sleep(forTimeInterval: 0.2)
        } then: { _, _ in
        }
        let orders = (1...4).map { ComputationOrder(asked: UInt64($0)) }
        for (number, order) in orders.enumerated() {
            pool.run(order) {
                done.withLock { $0.append(number) }
            } then: { _, _ in
                if number == 3 { end.yield() }
            }
        }
        orders[1].drop()
        _ = await ended.first { _ in true }
        #expect(done.withLock(\.self) == [0, 2, 3])
    }

    @Test("a run says where the kernel does not tell when bytes arrive")
    func note() async throws {
        var (_, outcome) = try await Trial([few], mechanism: "PLAIN", tls: .none).run()
        #expect(outcome.traffic.reads >= 60)
        #expect(outcome.arrivalNote == nil)
        outcome.traffic.unstampedReads = 7
        #expect(outcome.arrivalNote?.contains("for 7 of") == true)
    }
}
