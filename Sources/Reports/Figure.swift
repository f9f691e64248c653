import Metrics

/// What a rule found.
public enum Figure: Sendable, Equatable {
    case nanoseconds(Double)
    /// 0 to 1.
    case share(Double)
    case bytes(Double)
    case count(Double)
    /// How fast a measure changes.
    case rate(DriftMeasure, Estimate)
    /// What became worse, in words.
    case regressions([String])
    /// The percentile falls among logins that never completed.
    case notReached
    /// There was nothing to measure, for this reason. Nothing never passes.
    case nothing(String)
    /// What there is does not suffice to judge, for this reason: neither passed nor failed.
    case undecided(String)

    /// For people.
    public var text: String {
        switch self {
        case .nanoseconds(let value): Format.duration(nanoseconds: value)
        case .share(let value): Format.share(value)
        case .bytes(let value): (value < 0 ? "-" : "") + Format.bytes(abs(value))
        case .count(let value): Format.number(value)
        case .rate(let measure, let rate): measure.rateText(rate.value)
        case .regressions(let worse): worse.isEmpty ? "none shown" : worse.joined(separator: ", ")
        case .notReached: "not reached"
        case .nothing(let reason), .undecided(let reason): reason
        }
    }

    var isMeasured: Bool {
        switch self {
        case .nothing, .undecided: false
        case .nanoseconds, .share, .bytes, .count, .rate, .regressions, .notReached: true
        }
    }

    /// Of a rate the whole interval has to be beyond the limit.
    func isBelow(_ limit: Double) -> Bool {
        switch self {
        case .nanoseconds(let value), .share(let value), .bytes(let value), .count(let value): value < limit
        case .rate(_, let rate): (rate.interval?.lowerBound ?? rate.value) < limit
        case .regressions(let worse): worse.isEmpty
        case .notReached, .nothing, .undecided: false
        }
    }

    /// Of two figures of one rule.
    func isBelow(_ other: Figure) -> Bool {
        switch other {
        case .nanoseconds(let value), .share(let value), .bytes(let value), .count(let value): isBelow(value)
        case .rate(_, let rate): isBelow(rate.interval?.lowerBound ?? rate.value)
        case .notReached: self != .notReached
        case .regressions, .nothing, .undecided: false
        }
    }
}

// MARK: - Of what was counted

extension Figure {
    /// Of the run so far.
    init(of measure: Rule.Measure, in totals: RunTotals, stage: Int?) {
        if case .disconnects = measure, let stage {
            self.init(disconnectsIn: totals, stage)
        } else {
            self.init(of: measure, totals.names.phases) { totals.record(of: $0, inStage: stage) }
        }
    }

    /// Of the records of some span of time.
    init(of measure: Rule.Measure, _ names: PhaseNames, in record: (Phase) -> PhaseRecord) {
        switch measure {
        case .latency(let phase, let statistic): self.init(statistic, of: record(phase), names.name(of: phase))
        case .failures:
            let due = record(.due)
            self.init(due.latencies?.unreached ?? 0, of: due.latencies?.count ?? 0, none: "no login was due")
        case .disconnects:
            self.init(record(.online).failed, of: record(.login).completed, none: "no login completed")
        case .drift, .residue, .regression, .recovery: self = .undecided("known at the end of the run")
        }
    }

    /// Sessions die in the stage under way: over the logins of that stage, or of all before where it has none. There were
    /// at least as many as died.
    private init(disconnectsIn totals: RunTotals, _ stage: Int) {
        let dead = totals.record(of: .online, inStage: stage).failed
        let own = totals.record(of: .login, inStage: stage).completed
        let logins = own > 0 ? own : (0..<stage).reduce(0) { $0 + totals.record(of: .login, inStage: $1).completed }
        self.init(dead, of: max(dead, logins), none: "no login completed")
    }

    private init(_ part: UInt64, of whole: UInt64, none: String) {
        self = whole > 0 ? .share(Double(part) / Double(whole)) : .nothing(none)
    }

    private init(_ statistic: Rule.Statistic, of record: PhaseRecord, _ phase: String) {
        guard let latencies = record.latencies, latencies.count > 0 else {
            self = .nothing("no \(phase) was measured")
            return
        }
        if let share = statistic.share {
            self = latencies.percentile(share).map { .nanoseconds(Double($0)) } ?? .notReached
        } else if let mean = latencies.mean {
            self = .nanoseconds(statistic == .mean ? mean : Double(latencies.maximum))
        } else {
            self = .notReached
        }
    }
}
