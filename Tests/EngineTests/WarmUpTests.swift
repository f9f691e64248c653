import Domains
import LoadPlan
import Metrics
import Testing

@testable import Engine

@Suite("How long an experiment warms up")
struct WarmUpTests {
    /// What becomes of blocks in which a login costs so many microseconds each.
    private func warmUp(_ costs: [Double], idle: Double = 0) -> WarmUp {
        var warmUp = WarmUp()
        for cost in costs {
            let legs = (0..<3).map { variant in
                var phases = PhaseTable(names: ScopeNames(stages: ["hold"]))
                for _ in 0..<100 { phases[Scope(stage: 0), .login].complete(after: 1_000_000) }
                var leg = LegRecord(block: 0, variant: variant, place: variant, began: 0, phases: phases)
                leg.length = 2_000_000_000
                leg.server = LegRecord.Server(
                    pid: 7, cpu: UInt64(cost * 100 + idle * 2), memoryGrowth: 0, descriptors: 9, threads: 9)
                return leg
            }
            warmUp.add(block: legs, idle: [IdleBurn(pid: 7, before: idle)])
        }
        return warmUp
    }

    /// As many blocks as it wants of a server that goes on like this.
    private func blocks(_ costs: [Double]) -> Int {
        (1...costs.count).first { !warmUp(Array(costs.prefix($0))).wantsMore } ?? costs.count
    }

    @Test("goes on while a login costs the server less from block to block")
    func falling() {
        #expect(blocks([24_900, 14_000, 9000, 7000, 6200, 5950, 5900, 5900]) == 6)
        #expect(warmUp([24_900, 14_000]).isFalling)
        #expect(warmUp([24_900, 14_000], idle: 50_000).costs == [7: [24_900, 14_000]])
    }

    @Test("ends with the second block where nothing falls but by chance", arguments: [1900.0, 2000, 2300])
    func steady(_ second: Double) {
        #expect(blocks([2000, second, 2000]) == 2)
        #expect(!warmUp([2000, second]).isFalling)
    }

    @Test("one block is enough where the server's processor time cannot be read")
    func unread() {
        var warmUp = WarmUp()
        warmUp.add(
            block: [
                LegRecord(
                    block: 0, variant: 0, place: 0, began: 0, phases: PhaseTable(names: ScopeNames(stages: ["hold"])))
            ],
            idle: [])
        #expect(!warmUp.wantsMore)
    }

    @Test("is not extended for the embedded server, nor where accounts would run out")
    func bounds() {
        func plan(_ address: Target.Address, reuse: Bool = true) -> ExperimentPlan {
            var plan = RunPlan(
                name: "x", seed: 1, interval: .seconds(1), target: Target(address: address, domain: "localhost"),
                stages: [Stage(name: "hold", shape: .hold(rate: 1, duration: .seconds(1)))])
            plan.accounts.reuse = reuse
            return ExperimentPlan(baseline: .init(name: "a", plan: plan), others: [], blocks: 12)
        }
        #expect(plan(.host("127.0.0.1", port: 5222)).extendsWarmUp)
        #expect(!plan(.embedded).extendsWarmUp)
        #expect(!plan(.host("127.0.0.1", port: 5222), reuse: false).extendsWarmUp)
        #expect(plan(.embedded).mostWarmUpBlocks == 12)
    }
}
