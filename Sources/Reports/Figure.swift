import Metrics

/// What a rule found.
public enum Figure: Sendable, Equatable {
    case nanoseconds(Double)
    /// 0 to 1.
    case share(Double)
    case bytes(Double)
    case count(Double)
    /// How fast a measure changes.
    case rate(DriftRate)
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
        case .rate(let rate): rate.text
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

    /// How it stands to a limit that it must stay below.
    func outcome(below limit: Double) -> Verdict.Outcome {
        switch self {
        case .nanoseconds(let value), .share(let value), .bytes(let value), .count(let value):
            value < limit ? .passed : .failed
        case .rate(let rate): rate.outcome(below: limit)
        case .regressions(let worse): worse.isEmpty ? .passed : .failed
        case .notReached, .nothing: .failed
        case .undecided: .open
        }
    }

    /// Of two figures of one rule.
    func isBelow(_ other: Figure) -> Bool {
        switch other {
        case .nanoseconds(let value), .share(let value), .bytes(let value), .count(let value):
            outcome(below: value) == .passed
        case .notReached: self != .notReached
        case .rate, .regressions, .nothing, .undecided: false
        }
    }
}

// MARK: - Of what was counted

extension Figure {
    /// Of the run so far.
    ///
    /// - Parameter part: All that was recorded, or what is left without what was marked.
    init(of rule: Rule, in totals: RunTotals, _ part: JudgedPart = .all) {
        let record = { (phase: Phase, stage: Int?) in
            switch part {
            case .all: totals.record(of: phase, inStage: stage)
            case .unmarked: totals.unmarkedRecord(of: phase, inStage: stage)
            }
        }
        if case .disconnects = rule.measure, let stage = rule.stage {
            self.init(disconnectsIn: stage, record)
        } else {
            self.init(of: rule, totals.names.phases) { record($0, rule.stage) }
        }
    }

    /// Of the records of some span of time.
    ///
    /// - Parameter online: Sessions at its begin: who dies in it was one of those, or logged in meanwhile.
    init(of rule: Rule, _ names: PhaseNames, online: UInt64 = 0, in record: (Phase) -> PhaseRecord) {
        switch rule.measure {
        case .latency(let phase, let statistic):
            let measured = rule.ranksUnreached ? Self.ranked(phase, in: record) : record(phase)
            self.init(statistic, of: measured, names.name(of: phase), isEveryoneRanked: rule.ranksUnreached)
        case .failures:
            let due = record(.due)
            self.init(due.latencies?.unreached ?? 0, of: due.latencies?.count ?? 0, none: "no login was due")
        case .disconnects:
            let (dead, logins) = (record(.online).failed, record(.login).completed)
            self.init(dead, of: max(dead, online + logins), none: "no login completed")
        case .drift, .residue, .regression, .recovery: self = .undecided("known at the end of the run")
        }
    }

    /// Sessions die in the stage under way: over the logins of that stage, or of all before where it has none. There were
    /// at least as many as died.
    private init(disconnectsIn stage: Int, _ record: (Phase, Int?) -> PhaseRecord) {
        let dead = record(.online, stage).failed
        let own = record(.login, stage).completed
        let logins = own > 0 ? own : (0..<stage).reduce(0) { $0 + record(.login, $1).completed }
        self.init(dead, of: max(dead, logins), none: "no login completed")
    }

    /// Above all who came to the phase's end those who did not: of a login the arrivals that were not reached, of a
    /// step those who failed in it. `due` holds them already, and one who tries to come back may fail often.
    private static func ranked(_ phase: Phase, in record: (Phase) -> PhaseRecord) -> PhaseRecord {
        var ranked = record(phase)
        switch phase {
        case .due, .reconnect: break
        case .login: ranked.recordUnreached(UInt32(clamping: record(.due).latencies?.unreached ?? 0))
        default: ranked.recordUnreached(UInt32(clamping: ranked.failed))
        }
        return ranked
    }

    private init(_ part: UInt64, of whole: UInt64, none: String) {
        self = whole > 0 ? .share(Double(part) / Double(whole)) : .nothing(none)
    }

    private init(_ statistic: Rule.Statistic, of record: PhaseRecord, _ phase: String, isEveryoneRanked: Bool) {
        guard let latencies = record.latencies, latencies.count > 0 else {
            self = .nothing("no \(phase) was measured")
            return
        }
        if let share = statistic.share {
            self = latencies.percentile(share).map { .nanoseconds(Double($0)) } ?? .notReached
        } else if let mean = latencies.mean, !isEveryoneRanked || latencies.unreached == 0 {
            self = .nanoseconds(statistic == .mean ? mean : Double(latencies.maximum))
        } else {
            self = .notReached
        }
    }
}

/// What of a run is judged: it is judged by both.
enum JudgedPart: Sendable {
    case all
    /// Without the seconds in which the load generator was the bottleneck.
    case unmarked
}
