public import Metrics

/// How a run stands, as the head of the live page.
public struct LiveNow {
    private let subject: String
    private let status: LiveStatus
    private let ending: String?

    /// - Parameters:
    ///   - subject: what is run against what.
    ///   - ending: the verdict, once there is one.
    public init(subject: String, _ status: LiveStatus, ending: String? = nil) {
        self.subject = subject
        self.status = status
        self.ending = ending
    }

    /// A fragment of HTML.
    public var html: String {
        Markup { markup in
            markup.element("p", ["class": "small"], subject)
            markup.element("div", ["class": status.isMarked ? "verdict warn" : "verdict"]) { box in
                box.element("h1", headline)
                box.element("p", lead)
            }
            ReportPage.KeyFigure.write(figures, to: &markup)
            writeFacts(to: &markup)
        }.source
    }

    private var headline: String {
        if ending != nil { return "The run is over" }
        if status.isEnding { return "Ending: no more logins are due" }
        let clock = Format.clock(nanoseconds: status.stageElapsed)
        let length = status.stageLength.map { " of \(Format.clock(nanoseconds: $0))" } ?? ""
        return "\(status.stage.isEmpty ? "Starting" : status.stage): \(clock)\(length)"
    }

    private var lead: String {
        if let ending { return ending }
        let clock = Format.clock(nanoseconds: status.elapsed)
        let length = status.runLength.map { " of \(Format.clock(nanoseconds: $0))" } ?? ""
        let stage = status.stageCount > 1 ? "Stage \(status.stageNumber) of \(status.stageCount), " : ""
        let mark = status.isMarked ? " The load generator was the bottleneck in the last second." : ""
        return "\(stage)\(clock)\(length) of the run.\(mark)"
    }

    private var figures: [ReportPage.KeyFigure] {
        let failed = status.failed > 0 ? ", \(Format.count(status.failed)) failed" : ""
        return [
            .init(
                name: "Logins completed", value: Format.count(status.completed),
                note: "\(Format.count(status.started)) begun\(failed)"),
            .init(
                name: "Rate", value: "\(Format.rate(status.rate))/s",
                note: status.wantedRate.map { "of \(Format.rate($0))/s wanted" } ?? "as the server allows"),
            .init(
                name: "login p99", value: Self.words(status.loginP99), note: "p50 \(Self.words(status.loginP50))"),
            .init(
                name: "Sessions online", value: Format.count(status.online),
                note: "\(Format.count(status.inFlight)) logging in"),
        ]
    }

    private static func words(_ nanoseconds: UInt64?) -> String {
        Format.duration(microseconds: nanoseconds.map { Double($0) / 1000 })
    }

    /// What the terminal has as well.
    private func writeFacts(to markup: inout Markup) {
        let rows = LiveScreen(status, LiveHistory(), columns: .max, rows: .max).facts
        markup.element("dl", ["class": "facts"]) { list in
            for row in rows {
                list.element("dt", row.label)
                list.element("dd", row.words)
            }
        }
    }
}
