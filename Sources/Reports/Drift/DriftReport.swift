public import ResultFiles

/// What drifted in a run, and what did not: every measure of every stage whose load is steady, each by itself.
///
/// A stage's windows after the warm-up are joined to 8 to 16 equal blocks of at least three; a block's figure is the
/// median of its windows', the rate the Theil–Sen line through the blocks, its interval what the slow part of the noise
/// comes to (``SlopeNoise``). The second half and the last quarter are looked at again by themselves, for what begins
/// late or accelerates. A drift is shown where Holm's procedure, over all lines, changes, rank tests and ends of the run,
/// leaves chance at most 0.5 %, and where the lowest and the highest figures moved too. The intervals of a run are so wide
/// that all of them hold their true rate in 99 of 100 runs.
public struct DriftReport: Sendable, Equatable {
    /// Stage by stage, in the order of the measures.
    public var rows: [DriftRow]

    /// How often a run without any drift may show one: half of what is promised, since a night's noise is less kind than
    /// what is known of it.
    static let outside = 0.005

    /// Judges a run; some milliseconds for a night of intervals.
    ///
    /// - Parameters:
    ///   - stages: Of those only the ones with a steady load are looked at.
    ///   - server: What its memory and descriptors may come to.
    public static func judge(
        _ stages: [DriftStage], server: RunDescription.Server = RunDescription.Server()
    ) -> DriftReport {
        let series = stages.filter(\.isSteady).flatMap { stage in
            stage.readSeries.map { (stage: stage.name, settled: $0.settled) }
        }
        var rows = series.map { DriftRow($0.settled, stage: $0.stage, server) }
        let looks = DriftTrend.looks * max(1, rows.count(where: \.verdict.isJudged))
        for index in rows.indices { rows[index].look(at: series[index].settled, outside: outside / Double(looks)) }
        rows.decide()
        return DriftReport(rows: rows)
    }

    /// The row of a measure in a stage.
    public func row(_ measure: DriftMeasure, inStage stage: String) -> DriftRow? {
        rows.first { $0.measure == measure && $0.stage == stage }
    }
}

/// A stage as a trend is judged in it.
public struct DriftStage: Sendable, Equatable {
    public var name: String
    /// The load asks the same of the server from its begin to its end: `hold` and `crowd`.
    public var isSteady: Bool
    public var series: [DriftSeries]

    public init(name: String, isSteady: Bool, series: [DriftSeries]) {
        (self.name, self.isSteady, self.series) = (name, isSteady, series)
    }
}

extension DriftStage {
    /// What could not be read of the server has no series, not a short one.
    fileprivate var readSeries: [DriftSeries] {
        let isServerRead = series.contains { $0.measure.isOfServer && !$0.points.isEmpty }
        return series.filter { series in
            switch series.measure {
            case .p50, .p99, .failures: true
            case .serverCPU: isServerRead
            case .serverMemory, .serverDescriptors, .serverThreads: !series.points.isEmpty
            }
        }
    }
}

/// A measure of a stage, judged as far as that is possible.
public struct DriftRow: Sendable, Equatable {
    public var measure: DriftMeasure
    public var stage: String
    public var verdict: Verdict
    /// nil where the series is too short.
    public var trend: DriftTrend?
    /// Why it was not judged.
    public var reason: String?
    /// What the figure must not come to, in the measure's unit, where that is known.
    public var limit: Double?

    public enum Verdict: String, Sendable {
        case grows, falls
        /// At once, not by and by.
        case changed
        case noDriftShown = "no drift shown"
        case tooShort = "too short to judge"
        case inconclusive

        /// Whether the trend is one to be judged by.
        public var isJudged: Bool { self != .tooShort && self != .inconclusive }
    }
}

extension DriftRow {
    /// Not looked at yet.
    fileprivate init(_ settled: DriftSeries, stage: String, _ server: RunDescription.Server) {
        (measure, self.stage, verdict) = (settled.measure, stage, .noDriftShown)
        limit = measure.limit(of: server)
        if DriftBlocks(settled) == nil {
            verdict = .tooShort
            reason = measure.isTooShort(windows: settled.points.count)
        } else if measure == .serverMemory, let heap = server.maximumHeapBytes.map({ Double($0) }),
            settled.points.allSatisfy({ $0.value < heap })
        {
            verdict = .inconclusive
            reason = "a JVM's resident memory below its maximum heap of \(Format.bytes(heap)) proves nothing"
        }
    }

    fileprivate mutating func look(at settled: DriftSeries, outside: Double) {
        trend = DriftBlocks(settled).map { DriftTrend($0, of: settled, outside: outside) }
    }
}

extension [DriftRow] {
    /// Holds all that was looked at in the run against chance together.
    fileprivate mutating func decide() {
        let judged = indices.filter { self[$0].verdict.isJudged }
        let significances = judged.compactMap { self[$0].trend?.significances }
        let decisions = Holm.decisions(significances.flatMap { $0 }, share: DriftReport.outside)
        for (place, index) in judged.enumerated() {
            let own = decisions.dropFirst(place * DriftTrend.looks).prefix(DriftTrend.looks)
            self[index].decide(own.map(\.isRejected))
        }
    }
}

extension DriftRow {
    /// - Parameter shown: of the line, the change, the ranks and the ends.
    fileprivate mutating func decide(_ shown: [Bool]) {
        guard var trend else { return }
        trend.shownEnd = trend.ends.last { end in
            zip(DriftTrend.endings, shown.dropFirst(3)).contains { $0.part == end.part && $1 }
        }
        if !shown[1] || trend.shownEnd != nil { trend.change = nil }
        trend.isShown = shown[0] || shown[2] || trend.shownEnd != nil || trend.change != nil
        let rate = shown[0] ? trend.rate.value : trend.shownEnd?.rate.value ?? trend.rate.value
        verdict = trend.change != nil ? .changed : !trend.isShown ? .noDriftShown : rate > 0 ? .grows : .falls
        self.trend = trend
    }
}

extension DriftMeasure {
    fileprivate func limit(of server: RunDescription.Server) -> Double? {
        switch self {
        case .serverMemory: server.memoryLimitBytes.map { Double($0) }
        case .serverDescriptors: server.descriptorLimit.map { Double($0) }
        case .p50, .p99, .failures, .serverThreads, .serverCPU: nil
        }
    }

    fileprivate func isTooShort(windows: Int) -> String {
        let kind = loginsPerWindow > 0 ? "windows of \(Format.count(loginsPerWindow)) logins" : "intervals"
        return "\(windows) of the \(DriftBlocks.fewestWindows) \(kind) that it takes"
    }
}
