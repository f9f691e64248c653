public import ResultFiles

/// How a run stands, as its files tell it.
public enum RunEnding: Sendable, Equatable {
    /// - Parameter isMerged: Of results of several injectors as one.
    case judged(RunDescription.Verdict, isMerged: Bool = false)
    case running
    /// Its process is gone, and it did not live to say how it ended: judged by what its files hold, where they say by
    /// what.
    case cut(RunDescription.Verdict?)
    /// It ended, and nobody judged it.
    case unjudged

    public init(_ result: StoredResult) {
        guard let run = result.run else {
            self = .cut(nil)
            return
        }
        if let verdict = run.verdict {
            self = .judged(verdict, isMerged: run.injectors != nil)
        } else if run.state == .running {
            self = result.isBeingWritten ? .running : .cut(result.verdictSoFar)
        } else {
            self = .unjudged
        }
    }

    /// `Passed muster`, `Cut at 0:42`: at most a few words.
    func headline(at end: Double) -> String {
        let clock = Format.clock(nanoseconds: UInt64(max(0, end) * 1_000_000_000))
        switch self {
        case .judged(let verdict, let isMerged): return Self.headline(verdict.exitCode, isMerged: isMerged)
        case .running: return "Running: \(clock) so far"
        case .cut: return end > 0 ? "Cut at \(clock)" : "Cut before its first interval"
        case .unjudged: return "Not judged"
        }
    }

    /// Merged results are not judged for more reasons than one.
    private static func headline(_ exitCode: Int, isMerged: Bool) -> String {
        switch exitCode {
        case 0: "Passed muster"
        case 1: "Did not pass muster"
        case 3: "Not reached"
        case 4 where isMerged: "Not judged"
        case 4: "Not judged: the load generator was the bottleneck"
        case 130: "Interrupted"
        default: "Ended with code \(exitCode)"
        }
    }

    /// Of the run, or of what there is of it.
    var verdict: RunDescription.Verdict? {
        switch self {
        case .judged(let verdict, _): verdict
        case .cut(let verdict): verdict
        case .running, .unjudged: nil
        }
    }

    /// The class of its colour.
    var style: String {
        switch self {
        case .judged(let verdict, _): verdict.exitCode == 0 ? "good" : verdict.exitCode == 4 ? "warn" : "bad"
        case .cut: "warn"
        case .running, .unjudged: "neutral"
        }
    }

    /// Why, in a sentence.
    func reason(at end: Double) -> String {
        switch self {
        case .judged(let verdict, let isMerged): Self.sentence(Self.withoutHeadline(verdict, isMerged: isMerged))
        case .running: "The run goes on; this page is drawn again while it does, and once more at its end."
        case .cut(let verdict):
            "The run was ended from outside before it could judge itself, after "
                + "\(Format.duration(nanoseconds: end * 1e9)). What was measured until then is here."
                + (verdict.map { " \(Self.sentence("until then: \($0.text)"))" } ?? "")
        case .unjudged: "Nobody judged it."
        }
    }

    /// The text of a verdict, where it begins with what the headline says already: the rest of it.
    private static func withoutHeadline(_ verdict: RunDescription.Verdict, isMerged: Bool) -> String {
        let lead = "\(headline(verdict.exitCode, isMerged: isMerged)): "
        return verdict.text.lowercased().hasPrefix(lead.lowercased())
            ? String(verdict.text.dropFirst(lead.count)) : verdict.text
    }

    /// With a capital letter and a full stop.
    static func sentence(_ text: String) -> String {
        guard let first = text.first else { return "" }
        return first.uppercased() + text.dropFirst() + (text.last == "." ? "" : ".")
    }
}
