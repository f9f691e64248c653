import Foundation
import Metrics
import Reports
import ResultFiles
import Synchronization

/// What a run has to show at this moment, for whoever asks. Charts are those of `report.html`, which is drawn anyway.
final class LiveBoard: Sendable {
    private struct State {
        var run = OpenMetrics.Run(name: "", scenarioHash: "", version: Version.current)
        var subject = ""
        var page: String?
        var status = LiveStatus()
        var totals = LiveTotals()
        var ending: String?
        /// The file of the charts that were handed over last.
        var lastFile: Int?
    }

    private let state = Mutex(State())

    func begin(_ description: RunDescription, folder: String) {
        state.withLock { state in
            state.run.name = description.name
            state.run.scenarioHash = description.scenarioHash
            state.subject = "\(description.name) against \(description.target), since \(description.startedAt)"
            state.page = "\(folder)/\(ResultFile.page.rawValue)"
        }
    }

    func note(_ status: LiveStatus) { state.withLock { $0.status = status } }

    func note(_ totals: LiveTotals) { state.withLock { $0.totals = totals } }

    func end(_ sentence: String) { state.withLock { $0.ending = sentence } }

    // MARK: What is shown

    /// The head of the page.
    var now: String {
        let state = state.withLock { $0 }
        return LiveNow(subject: state.subject, state.status, ending: state.ending).html
    }

    /// The whole page.
    var page: String {
        let (name, page) = state.withLock { ($0.run.name, $0.page) }
        return LiveDocument.html(name: name, now: now, report: page.flatMap(Self.charts) ?? "")
    }

    /// As OpenMetrics.
    var metrics: String {
        let state = state.withLock { $0 }
        return OpenMetrics(state.run, state.status, state.totals).text
    }

    /// The charts; nil where they are those that were taken last.
    func takeNewCharts() -> String? {
        guard let page = state.withLock({ $0.page }), let file = Self.fileNumber(of: page) else { return nil }
        let isNew = state.withLock { state in
            defer { state.lastFile = file }
            return state.lastFile != file
        }
        return isNew ? Self.charts(in: page) : nil
    }

    private static func charts(in page: String) -> String? {
        (try? String(contentsOfFile: page, encoding: .utf8)).flatMap(ReportPage.main(of:))
    }

    /// A page is replaced by rename: another page is another file.
    private static func fileNumber(of path: String) -> Int? {
        try? FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }
}
