public import Metrics

/// How a run stands, in a few lines for a terminal: a value in, lines out.
public struct LiveScreen {
    /// Wider terminals are not used any further.
    public static let width = 100
    /// Kinds of failures that have a line of their own.
    static let mostFailures = 4

    let status: LiveStatus
    let history: LiveHistory
    let columns: Int
    let rows: Int

    /// - Parameters:
    ///   - columns: of the terminal. One is left free, so that no terminal wraps.
    ///   - rows: of the terminal. One is left free, for the cursor.
    public init(_ status: LiveStatus, _ history: LiveHistory, columns: Int, rows: Int) {
        self.status = status
        self.history = history
        self.columns = max(1, min(columns - 1, Self.width))
        self.rows = max(1, rows - 1)
    }

    /// A line as the terminal is to show it, and how many columns it takes there.
    public struct Line: Sendable, Equatable {
        public var text: String
        public var width: Int
    }

    public func lines(isColored: Bool) -> [Line] {
        let style = Style(isColored: isColored)
        return fitting(allRows).map { row in
            let line = row.line(columns: columns)
            return Line(text: line.text(style), width: line.width)
        }
    }

    /// The rows that are no figures: what is in flight, what fails, and how the machine stands.
    var facts: [LiveRow] { [inFlight] + failures + [machine] }

    private var isLabelled: Bool { columns >= LiveRow.leastLabelled }

    private var allRows: [LiveRow] { [head, logins, rate, latency, inFlight] + failures + [machine] }

    /// In a low terminal what matters less is left out.
    private func fitting(_ all: [LiveRow]) -> [LiveRow] {
        var shown = all
        while shown.count > rows {
            guard let last = shown.indices.max(by: { shown[$0].weight <= shown[$1].weight }) else { break }
            shown.remove(at: last)
        }
        return shown
    }
}

// MARK: - The rows

extension LiveScreen {
    /// The title stands where other rows have their label, as far as there is room.
    private var head: LiveRow {
        let title = LiveRow.Part(title, .bold)
        let times = [LiveRow.Part(stageTime, weight: 1)] + (runTime.map { [LiveRow.Part($0, weight: 3)] } ?? [])
        let label = status.isEnding ? "ending" : "stage"
        let taken = ([title] + times).reduce(0) { $0 + $1.text.width + 3 }
        let room = columns - (isLabelled ? LiveRow.labelWidth : 0) - taken
        return LiveRow(label: label, weight: 0, parts: [title] + bar(columns: min(30, room)) + times)
    }

    private var title: String {
        if status.isEnding { return isLabelled ? "no more logins are due" : "ending" }
        let name = Format.cut(status.stage, to: isLabelled ? 24 : 16)
        return status.stageCount > 1 ? "\(name) \(status.stageNumber)/\(status.stageCount)" : name
    }

    private var stageTime: String {
        if status.isEnding { return Format.clock(nanoseconds: status.elapsed) }
        let elapsed = Format.clock(nanoseconds: status.stageElapsed)
        return status.stageLength.map { "\(elapsed) of \(Format.clock(nanoseconds: $0))" } ?? elapsed
    }

    /// Only where it is not the stage's, and there is room.
    private var runTime: String? {
        guard status.stageCount > 1, !status.isEnding, isLabelled else { return nil }
        let elapsed = Format.clock(nanoseconds: status.elapsed)
        return status.runLength.map { "\(elapsed) of \(Format.clock(nanoseconds: $0)) in all" } ?? "\(elapsed) in all"
    }

    /// How far the run is, or the stage where only that is known; nothing where neither is, or there is no room.
    private func bar(columns: Int) -> [LiveRow.Part] {
        guard columns >= 6, let progress else { return [] }
        let done = Int((progress * Double(columns)).rounded(.down))
        return [
            LiveRow.Part(
                String(repeating: "█", count: done) + String(repeating: "░", count: columns - done), .good, weight: 2)
        ]
    }

    private var progress: Double? {
        if status.isEnding { return 1 }
        let (elapsed, length) =
            status.runLength.map { (status.elapsed, $0) } ?? (status.stageElapsed, status.stageLength ?? 0)
        return length > 0 ? min(1, Double(elapsed) / Double(length)) : nil
    }

    private var logins: LiveRow {
        var parts = [
            LiveRow.Part("\(Format.count(status.started)) begun", weight: 3),
            LiveRow.Part("\(Format.count(status.inFlight)) going", weight: 2),
            LiveRow.Part("\(Format.count(status.completed)) done"),
        ]
        if status.failed > 0 { parts.append(LiveRow.Part("\(Format.count(status.failed)) failed", .bad, weight: 1)) }
        parts.append(LiveRow.Part("\(Format.count(status.online)) online", weight: 4))
        return LiveRow(label: "logins", weight: 1, parts: parts)
    }

    private var rate: LiveRow {
        let wanted = status.wantedRate.map { " of \(Format.rate($0))/s wanted" } ?? "/s"
        return LiveRow(label: "rate", weight: 3, parts: [LiveRow.Part(Format.rate(status.rate) + wanted)])
    }

    private var latency: LiveRow {
        let line = Sparkline(history.p99, columns: max(8, columns * 2 / 5))
        var parts = [LiveRow.Part("p50 \(Self.words(status.loginP50))", weight: 3)]
        parts.append(LiveRow.Part("p99 \(Self.words(status.loginP99))"))
        guard let greatest = line.greatest else { return LiveRow(label: "login", weight: 2, parts: parts) }
        parts.append(LiveRow.Part(line.text, weight: 1))
        parts.append(LiveRow.Part("to \(Self.words(greatest))", .faint, weight: 2))
        return LiveRow(label: "login", weight: 2, parts: parts)
    }

    private static func words(_ nanoseconds: UInt64?) -> String {
        nanoseconds.map { Format.duration(nanoseconds: Double($0)) } ?? "-"
    }

    /// Where fewer logins are, gives way first.
    private var inFlight: LiveRow {
        let order = status.inPhase.sorted { $0.logins > $1.logins }.map(\.phase)
        let parts = status.inPhase.map { count in
            LiveRow.Part(
                "\(status.phases.name(of: count.phase)) \(Format.count(count.logins))",
                weight: order.firstIndex(of: count.phase) ?? 0)
        }
        return LiveRow(label: "in flight", weight: 6, parts: parts.isEmpty ? [LiveRow.Part("nobody")] : parts)
    }

    private var failures: [LiveRow] {
        let kinds = LiveFailure.all(of: status)
        guard !kinds.isEmpty else { return [] }
        let isAll = kinds.count <= Self.mostFailures
        let shown = kinds.prefix(isAll ? Self.mostFailures : Self.mostFailures - 1)
        var rows = shown.enumerated().map { index, kind in
            LiveRow(label: index == 0 ? "failures" : "", weight: index == 0 ? 4 : 6 + index, parts: kind.parts)
        }
        if !isAll {
            let more = LiveRow.Part("and \(kinds.count - shown.count) more kinds", .faint)
            rows.append(LiveRow(label: "", weight: 10, parts: [more]))
        }
        return rows
    }

    private var machine: LiveRow {
        var parts: [LiveRow.Part] = []
        if status.isMarked { parts.append(LiveRow.Part("the generator was the bottleneck", .warning)) }
        if let client = status.clientCPU {
            parts.append(LiveRow.Part("cpu: muster \(Self.percent(client))", weight: 1))
        }
        if let server = status.serverCPU {
            parts.append(LiveRow.Part("server \(Self.percent(server))", weight: 2))
        }
        if let open = status.descriptors {
            let limit = status.descriptorLimit.map { " of \(Format.count($0))" } ?? ""
            parts.append(LiveRow.Part("descriptors \(Format.count(open))\(limit)", weight: 3))
        }
        return LiveRow(label: "machine", weight: 5, parts: parts.isEmpty ? [LiveRow.Part("-")] : parts)
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
