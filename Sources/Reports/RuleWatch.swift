public import Metrics

/// Judges while a run goes on, at each interval's end: the rules over sliding windows, and those that end the run.
///
/// Memory is fixed: a window is at most ``slices`` slices, each with a histogram or two of about 94 KiB, and as many again
/// of what was marked in it, if anything was.
public struct RuleWatch: Sendable {
    /// A window moves by its length over this at least, and by one interval at best.
    public static let slices = 60

    private var windows: [SlidingWindow?]
    private let rules: [Rule]
    private var current: Int?
    /// Sessions at the end of the last interval.
    private var online = 0

    /// - Parameter interval: Seconds.
    public init(_ rules: [Rule], interval: Double) {
        let (rules, interval) = (rules.completed, max(0.001, interval))
        self.rules = rules
        windows = rules.map { rule in rule.window.map { SlidingWindow(rule, length: $0, interval: interval) } }
    }

    /// Adds an interval.
    ///
    /// - Parameter totals: Of the run so far, the interval included: a rule without a window is judged by them, as if the
    ///   run ended here.
    /// - Returns: Of the rules that end the run the first that does not hold, with what was marked and without it.
    public mutating func add(_ interval: IntervalRecord, totals: RunTotals) -> Rule? {
        let stages = interval.phases.names.stages.indices.filter {
            interval.phases.record(of: .due, inStage: $0).started > 0
        }
        current = stages.last ?? current
        let before = online
        online = interval.system.online
        var ending: Rule?
        for (index, rule) in rules.enumerated() {
            let isConcerned = rule.stage.map { stages.contains($0) || (stages.isEmpty && $0 == current) } ?? true
            let figures =
                windows[index] == nil
                ? rule.aborts ? JudgedFigures(of: rule, in: totals) : nil
                : isConcerned ? windows[index]?.add(interval, onlineBefore: before) : nil
            if ending == nil, rule.aborts, let figures, figures.failBothWays(rule) { ending = rule }
        }
        return ending
    }

    /// What the rule's worst full window was, with what was marked and without it; nil of a rule without one.
    func worst(_ rule: Int, _ part: JudgedPart) -> WindowedFigure? {
        guard windows.indices.contains(rule), let window = windows[rule] else { return nil }
        return part == .all ? window.worst : window.worstUnmarked
    }

    /// Whether any window held something that was marked.
    func isMarked(_ rule: Int) -> Bool { windows.indices.contains(rule) && windows[rule]?.isMarked == true }
}

/// The figure of a span of time.
struct WindowedFigure: Sendable, Equatable {
    var figure: Figure
    /// The span's end, in nanoseconds since the first arrival; nil of a run as a whole.
    var end: UInt64?
}

/// The figures of one span of time: of all that was recorded in it, and without what was marked.
struct JudgedFigures: Sendable {
    var all: Figure
    var unmarked: Figure

    init(all: Figure, unmarked: Figure) { (self.all, self.unmarked) = (all, unmarked) }

    init(of rule: Rule, in totals: RunTotals) {
        all = Figure(of: rule, in: totals)
        unmarked = totals.marked == nil ? all : Figure(of: rule, in: totals, .unmarked)
    }

    func failBothWays(_ rule: Rule) -> Bool {
        [all, unmarked].allSatisfy { $0.isMeasured && $0.outcome(below: rule.limit) == .failed }
    }
}

/// One rule's window, as slices of some intervals each.
private struct SlidingWindow: Sendable {
    private let rule: Rule
    private let phases: [Phase]
    private let intervalsPerSlice: Int
    private let sliceCount: Int
    /// The oldest first.
    private var slices: [Slice] = []
    private var filling: Slice
    private var intervals = 0
    private(set) var worst: WindowedFigure?
    private(set) var worstUnmarked: WindowedFigure?
    private(set) var isMarked = false

    /// Of the rule's phases in their order.
    private struct Slice: Sendable {
        var all: [PhaseRecord]
        var marked: [PhaseRecord]
        /// Sessions at its begin; nil before that.
        var onlineBefore: Int?

        init(_ phases: Int) {
            all = Array(repeating: PhaseRecord(), count: phases)
            marked = all
        }
    }

    init(_ rule: Rule, length: Double, interval: Double) {
        self.rule = rule
        phases = rule.phases
        let count = max(1, (length / interval).rounded(.up))
        intervalsPerSlice = Int((count / Double(RuleWatch.slices)).rounded(.up))
        sliceCount = Int((count / Double(intervalsPerSlice)).rounded(.up))
        filling = Slice(phases.count)
    }

    /// The window's figures, where it is full and ends with this interval.
    mutating func add(_ interval: IntervalRecord, onlineBefore: Int) -> JudgedFigures? {
        filling.onlineBefore = filling.onlineBefore ?? onlineBefore
        for (index, phase) in phases.enumerated() {
            filling.all[index].merge(interval.phases.record(of: phase, inStage: rule.stage))
            guard let marked = interval.marked?.record(of: phase, inStage: rule.stage) else { continue }
            filling.marked[index].merge(marked)
            isMarked = isMarked || !marked.isEmpty
        }
        intervals += 1
        guard intervals.isMultiple(of: intervalsPerSlice) else { return nil }
        if slices.count == sliceCount { slices.removeFirst() }
        slices.append(filling)
        filling = Slice(phases.count)
        return slices.count == sliceCount ? judge(at: interval.end, interval.phases.names.phases) : nil
    }

    private mutating func judge(at end: UInt64, _ names: PhaseNames) -> JudgedFigures {
        let all = figure(names) { all, _ in all }
        let isWhole = slices.allSatisfy { $0.marked.allSatisfy(\.isEmpty) }
        let unmarked = isWhole ? all : figure(names) { $0.without($1) }
        Self.keep(all, at: end, ifWorseThan: &worst)
        Self.keep(unmarked, at: end, ifWorseThan: &worstUnmarked)
        return JudgedFigures(all: all, unmarked: unmarked)
    }

    /// - Parameter part: what to judge of a record and its marked part.
    private func figure(_ names: PhaseNames, _ part: (PhaseRecord, PhaseRecord) -> PhaseRecord) -> Figure {
        Figure(of: rule, names, online: UInt64(clamping: slices.first?.onlineBefore ?? 0)) { phase in
            guard let index = phases.firstIndex(of: phase) else { return PhaseRecord() }
            return part(
                slices.reduce(into: PhaseRecord()) { $0.merge($1.all[index]) },
                slices.reduce(into: PhaseRecord()) { $0.merge($1.marked[index]) })
        }
    }

    private static func keep(_ figure: Figure, at end: UInt64, ifWorseThan worst: inout WindowedFigure?) {
        guard figure.isMeasured, worst.map({ $0.figure.isBelow(figure) }) ?? true else { return }
        worst = WindowedFigure(figure: figure, end: end)
    }
}

extension PhaseRecord {
    /// Of files of a run that was killed the counts need not be those of the histograms.
    fileprivate func without(_ part: PhaseRecord) -> PhaseRecord {
        var (rest, part) = (self, part)
        part.started = min(part.started, started)
        part.completed = min(part.completed, completed)
        part.failed = min(part.failed, failed)
        rest.remove(part)
        return rest
    }
}

extension Rule {
    /// Whose records it is made of.
    fileprivate var phases: [Phase] {
        switch measure {
        case .latency(.login, _) where ranksUnreached: [.login, .due]
        case .latency(let phase, _): [phase]
        case .failures: [.due]
        case .disconnects: [.online, .login]
        case .drift, .residue, .regression, .recovery: []
        }
    }
}
