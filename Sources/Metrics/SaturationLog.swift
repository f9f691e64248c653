/// The marked seconds of a run: counted exactly, listed as spans. Bounded, however long the generator is saturated.
public struct SaturationLog: Sendable, Equatable {
    /// Spans kept; the seconds of further ones are counted, not listed.
    public static let capacity = 1000

    /// Seconds that follow one another in one stage, marked for one reason.
    public struct Span: Sendable, Equatable {
        /// The first and the last second's end, in whole seconds since the first arrival.
        public var first: Int
        public var last: Int
        public var stage: UInt16
        public var reason: String
        public var isStandstill: Bool

        init(_ mark: SaturationMark) {
            (first, last) = (mark.second, mark.second)
            (stage, reason, isStandstill) = (mark.stage, mark.reason, mark.isStandstill)
        }
    }

    public private(set) var spans: [Span] = []
    /// Different seconds that were marked.
    public private(set) var seconds = 0
    /// Those of them in which the generator, or a part of it, stood still.
    public private(set) var standstillSeconds = 0
    private var lastSecond: Int?
    private var lastStandstill: Int?
    private var stages: [UInt16: StageTime] = [:]

    /// How long a stage was marked, in nanoseconds, and how much of that falls into its last marked second.
    fileprivate struct StageTime: Equatable {
        var total: UInt64 = 0
        var second = 0
        var inSecond: UInt64 = 0
    }

    public init() {}

    /// Marked seconds of a stage: parts of seconds are added up, and what is begun counts.
    public func seconds(inStage stage: Int) -> Int {
        Int(((stages[UInt16(stage)]?.total ?? 0) + 999_999_999) / 1_000_000_000)
    }

    /// Adds the marks of one interval. Intervals come in order of time; within one, the order does not matter.
    public mutating func add(_ marks: [SaturationMark]) {
        for mark in marks.sorted(by: { $0.second < $1.second }) {
            count(mark)
            list(mark)
        }
    }

    private mutating func count(_ mark: SaturationMark) {
        if lastSecond.map({ mark.second > $0 }) ?? true {
            seconds += 1
            lastSecond = mark.second
        }
        if mark.isStandstill, lastStandstill.map({ mark.second > $0 }) ?? true {
            standstillSeconds += 1
            lastStandstill = mark.second
        }
        stages[mark.stage, default: StageTime()].add(mark)
    }

    /// Spans that can still grow: more reasons than this never meet in two seconds.
    private static let growing = 16

    private mutating func list(_ mark: SaturationMark) {
        let recent = spans.suffix(Self.growing)
        if let index = recent.lastIndex(where: { $0.isContinued(by: mark) }) {
            spans[index].last = mark.second
        } else if spans.count < Self.capacity {
            spans.append(Span(mark))
        }
    }
}

extension SaturationLog.StageTime {
    /// A second never counts as more than one, however many reasons it has.
    fileprivate mutating func add(_ mark: SaturationMark) {
        guard mark.second >= second else { return }
        if mark.second > second { (second, inSecond) = (mark.second, 0) }
        let more = min(mark.length, 1_000_000_000 - inSecond)
        inSecond += more
        total += more
    }
}

extension SaturationLog.Span {
    fileprivate func isContinued(by mark: SaturationMark) -> Bool {
        stage == mark.stage && (last...last + 1).contains(mark.second) && reason == mark.reason
    }
}
