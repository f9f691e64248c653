import Metrics
public import ResultFiles

/// `report.html`: a result on one page, for somebody who did not run it. One file, readable without scripts, below 1 MiB.
///
/// It is made of the files of a result folder alone, so that a run that is over, one that goes on and one that was killed
/// are drawn by the same code.
public struct ReportPage: Sendable {
    let result: StoredResult
    let ending: RunEnding
    /// Every interval; what is drawn of it is joined.
    let timeline: Timeline

    /// O(rows of the result): some milliseconds for a minute, about a second for a night.
    public init(_ result: StoredResult) {
        let result = result.judgedSoFar
        self.result = result
        ending = RunEnding(result)
        timeline = Timeline(result)
    }

    /// Of the result's folder.
    public var path: String { result.path }

    /// The whole document.
    public var html: String {
        var page = PageWriter()
        page.raw { $0.raw("<header>") }
        writeVerdict(to: &page)
        page.raw { $0.raw("</header><main>") }
        writeVariants(to: &page)
        writePhases(to: &page)
        writePercentiles(to: &page)
        writeTime(to: &page)
        writeFailures(to: &page)
        writeProcesses(to: &page)
        writeTrends(to: &page)
        writeStorms(to: &page)
        writeCautions(to: &page)
        writeSetting(to: &page)
        page.raw { $0.raw("</main><footer><p class=\"small\">") }
        page.raw { $0.text("Drawn by muster from \(result.folderName). Its files hold every figure of this page.") }
        page.raw { $0.raw("</p></footer>") }
        return PageDocument.html(title: "\(name): \(ending.headline(at: result.end))", page.body)
    }

    /// The charts and tables of a page, without its head and foot; nil if it is none.
    public static func main(of html: String) -> String? {
        guard let start = html.utf8.firstRange(of: "<main>".utf8)?.upperBound,
            let end = html.utf8.firstRange(of: "</main>".utf8)?.lowerBound
        else { return nil }
        return String(html[start..<end])
    }

    /// The whole in one line.
    public var sentence: String {
        let clock = Format.clock(nanoseconds: UInt64(result.end * 1e9))
        let logins = variants.compactMap { total(.login, $0) }.reduce(0) { $0 + $1.count }
        let missing =
            result.missing.isEmpty ? "" : ", missing: \(result.missing.map(\.rawValue).joined(separator: ", "))"
        let words =
            switch ending {
            case .judged(let verdict, _): verdict.text
            case .running: "running, \(clock) so far"
            case .cut(let verdict):
                (result.end > 0 ? "cut at \(clock)" : "cut before its first interval")
                    + (verdict.map { "; until then: \($0.text)" } ?? "")
            case .unjudged: "not judged"
            }
        return "\(words); \(Format.count(logins)) logins\(missing)"
    }

    var name: String { result.run?.name ?? result.folderName }
    var isExperiment: Bool { result.run?.experiment != nil }

    /// In the order of the files.
    var variants: [String] {
        var seen: Set<String> = []
        return (result.run?.variants ?? result.summary.map(\.variant)).filter { seen.insert($0).inserted }
    }

    /// The rows of a variant over all its stages.
    func totals(_ variant: String) -> [SummaryRow] {
        result.summary.filter { $0.variant == variant && $0.stage == SummaryRow.allStages }
    }

    func total(_ phase: Phase, _ variant: String) -> SummaryRow? { totals(variant).first { $0.phase == phase.name } }
}
