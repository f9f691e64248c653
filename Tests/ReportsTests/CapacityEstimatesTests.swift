import Metrics
import ResultFiles
import Testing

@testable import Reports

@Suite("What a variant bears")
struct CapacityEstimatesTests {
    /// 200 logins in 2 s, and for how many of them each was busy.
    private func leg(
        _ variant: Int, block: Int = 1, lane: Double = 0.1, thread: Double? = 0.2, client: Double = 0.1,
        server: Double = 0.2
    ) -> LegRecord {
        var phases = PhaseTable(names: ScopeNames(stages: ["hold"]))
        for _ in 0..<200 { phases[Scope(stage: 0), .login].complete(after: 1_000_000) }
        var leg = LegRecord(block: block, variant: variant, place: 0, began: 0, phases: phases)
        leg.load = 2_000_000_000
        leg.busiestLane = UInt64(lane * 1e9)
        leg.clientCPU = UInt64(client * 1e6)
        leg.server = thread.map {
            LegRecord.Server(
                pid: 1, cpu: UInt64(server * 1e6), memoryGrowth: 0, descriptors: 0, threads: 0,
                busiestThread: UInt64($0 * 1e6))
        }
        return leg
    }

    private func estimates(_ legs: [LegRecord], processors: Int = 4) -> CapacityEstimates {
        legs.reduce(into: CapacityEstimates(variants: ["plain", "scram"], processors: processors)) { $0.add($1) }
    }

    @Test("is the rate at which whoever is busiest has no time left: a server's thread, our loop, or the machine")
    func busiest() throws {
        let thread = estimates([leg(0, thread: 0.5, server: 0.6)]).all
        #expect(thread.map(\.loginsPerSecond) == [400] && thread[0].busiest == "the server's busiest thread")
        #expect(thread[0].atLoginsPerSecond == 100 && thread[0].busyShare == 0.25)
        let lane = estimates([leg(0, lane: 1)]).all
        #expect(lane.map(\.loginsPerSecond) == [200] && lane[0].busiest == "our busiest loop")
        let machine = estimates([leg(0, client: 0.8, server: 0.8)], processors: 2).all
        #expect(machine.map(\.loginsPerSecond) == [250] && machine[0].busiest == "this machine")
    }

    @Test("counts from the blocks, and from the warm-up alone while there are none")
    func blocks() {
        let warm = [leg(0, block: 0, thread: 1), leg(1, block: 0, thread: 1)]
        #expect(!estimates([warm[0]]).isComplete && estimates(warm).isComplete)
        #expect(estimates(warm).all.map(\.loginsPerSecond) == [200, 200])
        let later = estimates(warm + [leg(0, thread: 0.2), leg(0, thread: 0.6)])
        #expect(later.all.map { $0.loginsPerSecond.rounded() } == [500, 200])
    }

    @Test("half of what the slowest bears may be compared without a word")
    func half() { #expect(estimates([leg(0, thread: 0.5), leg(1, thread: 1)]).warning(rate: 100) == nil) }

    @Test("more is said, with the variant, what it bears and what would do")
    func warning() throws {
        let one = try #require(estimates([leg(0, thread: 0.5), leg(1, thread: 1.25)]).warning(rate: 100))
        #expect(
            one == """
                scram bears about 160 logins/s: at 100/s the server's busiest thread was busy for 62.5 % of the time. \
                100/s is more than half of that: latencies hold queueing beside the work; 80/s or less would tell more
                """)
        let both = try #require(estimates([leg(0, thread: 1.2), leg(1, thread: 1.25)]).warning(rate: 100))
        #expect(both.contains("more than half of that, and of what 1 more can bear: "))
    }

    @Test("of a server on another machine is what we bear, and nothing is told where nothing was seen")
    func elsewhere() {
        #expect(estimates([leg(0, lane: 0.4, thread: nil)]).all.map(\.loginsPerSecond) == [500])
        #expect(estimates([leg(0, lane: 0, thread: nil, client: 0)]).all.isEmpty)
        #expect(estimates([]).warning(rate: 100) == nil)
    }
}
