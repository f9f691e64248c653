public import Metrics

/// What is compared: a percentile of a phase, the share of logins that were not reached, or a cost.
public enum ComparisonMeasure: Hashable, Sendable {
    case latency(Phase, Percentile)
    /// The logins that failed, never ended or never began, over those that were due.
    case failures
    case cost(CostMeasure)

    public enum Percentile: String, CaseIterable, Sendable {
        case p50, p90, p99

        var share: Double {
            switch self {
            case .p50: 0.5
            case .p90: 0.9
            case .p99: 0.99
            }
        }
    }

    /// The column `phase`: a cost is one of the whole `login`.
    public var phase: Phase {
        switch self {
        case .latency(let phase, _): phase
        case .failures: .due
        case .cost: .login
        }
    }

    /// nil of a cost.
    var latencyPhase: Phase? {
        if case .latency(let phase, _) = self { phase } else { nil }
    }

    var isLatency: Bool { latencyPhase != nil }

    /// The column `measure`: `p50`, `server_cpu_per_login`.
    public var name: String {
        switch self {
        case .latency(_, let percentile): percentile.rawValue
        case .failures: "failures"
        case .cost(let cost): cost.name
        }
    }

    /// The column `unit`.
    public var unit: String {
        switch self {
        case .latency: "us"
        case .failures: "%"
        case .cost(let cost): cost.unit
        }
    }

    /// Declared beforehand as what the experiment is about: the share that failed, `login` p50, and the CPU per login of
    /// client and server.
    public var isPrimary: Bool {
        switch self {
        case .latency(let phase, let percentile): phase == .login && percentile == .p50
        case .failures: true
        case .cost(let cost): cost.isPrimary
        }
    }

    /// The words for a figure that rose and one that fell.
    func verdict(rose: Bool) -> ComparisonVerdict {
        switch self {
        case .latency(.clientTLS, _), .latency(.clientSASL, _): rose ? .costsMore : .costsLess
        case .latency: rose ? .slower : .faster
        case .failures: rose ? .failsMore : .failsLess
        case .cost(let cost) where cost.form == .loginsPerSecond: rose ? .faster : .slower
        case .cost: rose ? .costsMore : .costsLess
        }
    }

    /// Every latency and cost that at least so many of these samples have, in the order of the files.
    static func all(in samples: [VariantSample], atLeast least: Int) -> [ComparisonMeasure] {
        let isEnough = { (has: (VariantSample) -> Bool) in samples.count(where: has) >= max(1, least) }
        let known = Set(samples.flatMap(\.phases.keys)).sorted()
        let phases = known.filter { phase in isEnough { ($0.phases[phase]?.count ?? 0) > 0 } }
        let costs = Set(samples.flatMap(\.costs.keys)).filter { cost in isEnough { $0.measured(cost) } }
        return phases.flatMap { phase in Percentile.allCases.map { .latency(phase, $0) } }
            + costs.sorted { ($0.isPrimary ? 0 : 1, $0.name) < ($1.isPrimary ? 0 : 1, $1.name) }.map { .cost($0) }
    }
}

extension VariantSample {
    /// A cost per login of a block without a login is none.
    fileprivate func measured(_ cost: CostMeasure) -> Bool {
        guard let total = costs[cost], total.isFinite else { return false }
        return logins > 0 && (cost.form != .loginsPerSecond || total > 0)
    }
}
