/// A sentence that a run passes or fails by, in terms of what was recorded.
public struct Rule: Sendable, Equatable {
    public enum Measure: Sendable, Equatable {
        case latency(Phase, Statistic)
        /// Arrivals due that did not complete, over the arrivals due.
        case failures
        /// Sessions that died after their login, over the logins completed.
        case disconnects
    }

    public enum Statistic: Sendable, Equatable {
        /// 0 to 1.
        case percentile(Double)
        case maximum, mean
    }

    public var text: String
    public var measure: Measure
    /// What the figure must stay below: nanoseconds for a latency, 0 to 1 for a share.
    public var limit: Double
    /// nil for the whole run.
    public var stage: UInt16?

    public init(text: String, measure: Measure, limit: Double, stage: UInt16? = nil) {
        self.text = text
        self.measure = measure
        self.limit = limit
        self.stage = stage
    }

    var isLatency: Bool { if case .latency = measure { true } else { false } }
}

/// Whether a run passed, and why.
public struct Verdict: Sendable, Equatable {
    public enum Figure: Sendable, Equatable {
        case nanoseconds(Double)
        case share(Double)
        /// It falls among logins that never completed.
        case notReached
        /// There was nothing to measure: the rule fails.
        case nothing
    }

    public struct Judgement: Sendable, Equatable {
        public var rule: Rule
        public var figure: Figure
        public var passed: Bool
    }

    public var judgements: [Judgement]
    /// Marked and watched seconds of the stages that a latency rule judges.
    public var judgedMarked: Int
    public var judgedSeconds: Int

    public var passed: Bool { judgements.allSatisfy(\.passed) }

    /// The generator itself was the bottleneck in more than 5 % of the seconds that a latency rule judges.
    public var isGeneratorSaturated: Bool { judgedSeconds > 0 && Double(judgedMarked) > 0.05 * Double(judgedSeconds) }

    /// - Parameter watchedSeconds: by stage.
    public init(_ rules: [Rule], _ totals: RunTotals, watchedSeconds: [Int]) {
        judgements = rules.map { rule in
            let figure = Self.figure(rule, totals)
            return Judgement(rule: rule, figure: figure, passed: Self.passes(figure, rule.limit))
        }
        let judged = Self.judgedStages(rules, count: watchedSeconds.count)
        judgedMarked = totals.marks.count { judged.contains(Int($0.stage)) }
        judgedSeconds = judged.reduce(0) { $0 + watchedSeconds[$1] }
    }

    private static func judgedStages(_ rules: [Rule], count: Int) -> Set<Int> {
        rules.filter(\.isLatency).reduce(into: []) { stages, rule in
            if let stage = rule.stage { stages.insert(Int(stage)) } else { stages.formUnion(0..<count) }
        }
    }

    private static func figure(_ rule: Rule, _ totals: RunTotals) -> Figure {
        switch rule.measure {
        case .latency(let phase, let statistic):
            return latency(totals.record(stage: rule.stage, phase: phase).latencies, statistic)
        case .failures:
            guard let due = totals.record(stage: rule.stage, phase: .due).latencies, due.count > 0 else {
                return .nothing
            }
            return .share(Double(due.unreached) / Double(due.count))
        case .disconnects:
            let completed = totals.record(stage: rule.stage, phase: .login).completed
            let died = totals.record(stage: rule.stage, phase: .online).failed
            return completed > 0 ? .share(Double(died) / Double(completed)) : .nothing
        }
    }

    private static func latency(_ latencies: LatencyHistogram?, _ statistic: Rule.Statistic) -> Figure {
        guard let latencies, latencies.count > 0 else { return .nothing }
        switch statistic {
        case .percentile(let share): return latencies.percentile(share).map { .nanoseconds(Double($0)) } ?? .notReached
        case .maximum: return latencies.unreached > 0 ? .notReached : .nanoseconds(Double(latencies.maximum))
        case .mean: return latencies.mean.map { .nanoseconds($0) } ?? .notReached
        }
    }

    private static func passes(_ figure: Figure, _ limit: Double) -> Bool {
        switch figure {
        case .nanoseconds(let value), .share(let value): value < limit
        case .notReached, .nothing: false
        }
    }
}
