public import Metrics

/// Judges while a run goes on, at each interval's end: the rules over sliding windows, and those that end the run.
///
/// Memory is fixed: a window is at most ``slices`` slices, each with a histogram or two of about 94 KiB.
public struct RuleWatch: Sendable {
    /// A window moves by its length over this at least, and by one interval at best.
    public static let slices = 60

    private var windows: [SlidingWindow?]
    private let rules: [Rule]
    private var current: Int?

    /// - Parameter interval: Seconds.
    public init(_ rules: [Rule], interval: Double) {
        self.rules = rules
        windows = rules.map { rule in rule.window.map { SlidingWindow(rule, length: $0, interval: interval) } }
    }

    /// Adds an interval.
    ///
    /// - Parameter totals: Of the run so far, the interval included: a rule without a window is judged by them, as if the
    ///   run ended here.
    /// - Returns: Of the rules that end the run the first that does not hold.
    public mutating func add(_ interval: IntervalRecord, totals: RunTotals) -> Rule? {
        let stages = interval.phases.names.stages.indices.filter {
            interval.phases.record(of: .due, inStage: $0).started > 0
        }
        current = stages.last ?? current
        var ending: Rule?
        for (index, rule) in rules.enumerated() {
            let isConcerned = rule.stage.map { stages.contains($0) || (stages.isEmpty && $0 == current) } ?? true
            let figure =
                windows[index] == nil
                ? rule.aborts ? Figure(of: rule.measure, in: totals, stage: rule.stage) : nil
                : isConcerned ? windows[index]?.add(interval) : nil
            if ending == nil, rule.aborts, let figure, figure.isMeasured, !figure.isBelow(rule.limit) { ending = rule }
        }
        return ending
    }

    /// What the rule's worst full window was; nil of a rule without one.
    func worst(_ rule: Int) -> WindowedFigure? { windows.indices.contains(rule) ? windows[rule]?.worst : nil }
}

/// The figure of a span of time.
struct WindowedFigure: Sendable, Equatable {
    var figure: Figure
    /// The span's end, in nanoseconds since the first arrival; nil of a run as a whole.
    var end: UInt64?
}

/// One rule's window, as slices of some intervals each.
private struct SlidingWindow: Sendable {
    private let rule: Rule
    private let phases: [Phase]
    private let intervalsPerSlice: Int
    private let sliceCount: Int
    /// The oldest first; of the rule's phases in their order.
    private var slices: [[PhaseRecord]] = []
    private var filling: [PhaseRecord]
    private var intervals = 0
    private(set) var worst: WindowedFigure?

    init(_ rule: Rule, length: Double, interval: Double) {
        self.rule = rule
        phases = rule.measure.phases
        let count = max(1, (length / interval).rounded(.up))
        intervalsPerSlice = Int((count / Double(RuleWatch.slices)).rounded(.up))
        sliceCount = Int((count / Double(intervalsPerSlice)).rounded(.up))
        filling = phases.map { _ in PhaseRecord() }
    }

    /// The window's figure, where it is full and ends with this interval.
    mutating func add(_ interval: IntervalRecord) -> Figure? {
        for (index, phase) in phases.enumerated() {
            filling[index].merge(interval.phases.record(of: phase, inStage: rule.stage))
        }
        intervals += 1
        guard intervals.isMultiple(of: intervalsPerSlice) else { return nil }
        if slices.count == sliceCount { slices.removeFirst() }
        slices.append(filling)
        filling = phases.map { _ in PhaseRecord() }
        return slices.count == sliceCount ? judge(at: interval.end, interval.phases.names.phases) : nil
    }

    private mutating func judge(at end: UInt64, _ names: PhaseNames) -> Figure {
        let figure = Figure(of: rule.measure, names) { phase in
            guard let index = phases.firstIndex(of: phase) else { return PhaseRecord() }
            return slices.reduce(into: PhaseRecord()) { $0.merge($1[index]) }
        }
        if figure.isMeasured, worst.map({ $0.figure.isBelow(figure) }) ?? true {
            worst = WindowedFigure(figure: figure, end: end)
        }
        return figure
    }
}

extension Rule.Measure {
    /// Whose records it is made of.
    fileprivate var phases: [Phase] {
        switch self {
        case .latency(let phase, _): [phase]
        case .failures: [.due]
        case .disconnects: [.online, .login]
        case .drift, .residue, .regression, .recovery: []
        }
    }
}
