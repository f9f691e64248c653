public import Metrics

/// The blocks of an experiment as they come in, each in a few KiB, and what they say so far.
public struct ExperimentLedger: Sendable {
    /// The baseline first, its copy last.
    public let variants: [String]
    /// Whether the latencies of variants may be held against each other.
    public let comparesLatencies: Bool
    private let seed: UInt64
    private var idle: [IdleBurn] = []
    private var warmUp = WarmUp()
    /// By block and variant; the warm-up block is not here.
    private var legs: [Int: [Int: Leg]] = [:]

    private struct Leg {
        var sample: VariantSample
        var serverPID: Int32?
        var serverCPU: Double?
        var seconds: Double
    }

    /// - Parameter seed: of the resampling; recorded, so that the intervals can be had again.
    public init(variants: [String], comparesLatencies: Bool, seed: UInt64) {
        self.variants = variants
        self.comparesLatencies = comparesLatencies
        self.seed = seed
    }

    /// Blocks that hold every variant.
    public var blocks: Int { complete.count }

    public mutating func add(_ leg: LegRecord) {
        guard leg.block > 0 else { return }
        legs[leg.block, default: [:]][leg.variant] = Leg(
            sample: VariantSample(leg, withLatencies: comparesLatencies), serverPID: leg.server?.pid,
            serverCPU: leg.server.map { Double($0.cpu) }, seconds: Double(leg.length) / 1e9)
    }

    /// What the servers burn when nobody logs in; until it is known nothing is taken off.
    public mutating func note(_ idle: [IdleBurn]) { self.idle = idle }

    /// How warm the servers were when the first block began that counts.
    public mutating func note(_ warmUp: WarmUp) { self.warmUp = warmUp }

    /// Of the complete blocks. What a server that was still warming up costs has no verdict.
    public func judge() -> Comparison {
        let blocks = complete.map { block in ComparisonBlock(variants: block.map(sample)) }
        var comparison = Comparison.judge(blocks: blocks, names: variants, seed: seed)
        guard warmUp.isFalling else { return comparison }
        for index in comparison.rows.indices where comparison.rows[index].measure == .cost(.serverCPU) {
            comparison.rows[index].verdict = .notSteady
        }
        return comparison
    }

    /// Microseconds of the servers' processor time per login, by complete block; nil where it is not known.
    public var serverCosts: [Double?] {
        complete.map { block in
            let samples = block.map(sample)
            let costs = samples.compactMap { $0.costs[.serverCPU] }
            let logins = samples.reduce(0) { $0 + $1.logins }
            return costs.count == samples.count && logins > 0 ? costs.reduce(0, +) / Double(logins) : nil
        }
    }

    private var complete: [[Leg]] {
        legs.sorted { $0.key < $1.key }.compactMap { _, block in
            let legs = variants.indices.compactMap { block[$0] }
            return legs.count == variants.count ? legs : nil
        }
    }

    /// With the server's cost: its processor time in the block, less what it burns anyway.
    private func sample(_ leg: Leg) -> VariantSample {
        var sample = leg.sample
        guard let pid = leg.serverPID, let cpu = leg.serverCPU else { return sample }
        let rate = idle.first { $0.pid == pid }?.rate ?? 0
        sample.costs[.serverCPU] = cpu - rate * leg.seconds
        return sample
    }
}

extension VariantSample {
    fileprivate init(_ leg: LegRecord, withLatencies: Bool) {
        self.init(logins: Int(leg.record(of: .login).completed))
        if let due = leg.record(of: .due).latencies { ends = Ends(count: due.count, unreached: due.unreached) }
        if withLatencies {
            for phase in leg.phases.names.phases.all {
                if let latencies = leg.record(of: phase).latencies { phases[phase] = BlockLatencies(latencies) }
            }
        } else {
            costs[.throughput] = Double(leg.load) / 1e9
        }
        noteCosts(leg)
    }

    private mutating func noteCosts(_ leg: LegRecord) {
        costs[.clientCPU] = Double(leg.clientCPU)
        costs[.clientTLSCPU] = Self.total(leg.record(of: .clientTLS))
        costs[.clientSASLCPU] = Self.total(leg.record(of: .clientSASL))
        costs[.bytesSent] = Double(leg.bytesSent)
        costs[.bytesReceived] = Double(leg.bytesReceived)
        costs[.roundTrips] = Double(leg.roundTrips)
        guard let server = leg.server else { return }
        costs[.serverMemoryGrowth] = Double(server.memoryGrowth)
        costs[.serverDescriptors] = Double(server.descriptors)
        costs[.serverThreads] = Double(server.threads)
    }

    /// Microseconds; what has no row took none.
    private static func total(_ record: PhaseRecord) -> Double {
        guard let latencies = record.latencies, let mean = latencies.mean else { return 0 }
        return mean * Double(latencies.reached) / 1000
    }
}
