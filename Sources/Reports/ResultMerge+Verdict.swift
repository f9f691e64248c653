import Metrics
public import ResultFiles

// The whole is judged as one run would be that had recorded all of it. What a part came to by itself stands beside it.

extension ResultMerge {
    /// With its verdict and with what drifted: by the thresholds of the scenario, over what all parts recorded, with what
    /// was marked in any of them and without.
    ///
    /// A threshold that fails both ways fails the whole (1), and so does a part that a threshold cut. Else it is not
    /// judged (4) where a part did not run to its end, at the same time as the others and by the same thresholds.
    /// O(rows of all results).
    public var judged: ResultMerge {
        var judged = self
        let (verdict, drift) = judge()
        judged.drift = drift.isEmpty ? nil : drift
        judged.verdict = stored(verdict)
        return judged
    }

    private func judge() -> (Verdict, [RunDescription.Drift]) {
        let (whole, totals) = (description, totals)
        let rules = (whole.rules ?? []).compactMap { Rule($0, totals.names) }
        var (watch, drift) = (RuleWatch(rules, interval: whole.intervalSeconds ?? 1), DriftWatch(stages: whole.stages))
        forEachInterval { interval in
            drift.add(interval)
            _ = watch.add(interval, totals: totals)
        }
        var evidence = Evidence()
        evidence.watch = watch
        evidence.drift = drift.report(server: whole.server)
        evidence.unmarkedDrift = drift.unmarkedReport(server: whole.server)
        evidence.residue = whole.residue
        evidence.server = whole.server
        evidence.storms = whole.storms ?? []
        evidence.baseline = baseline
        evidence.cutBy = shards.lazy.compactMap { $0.rule(thatCutItOf: rules) }.first
        evidence.isCutShort = shards.contains { $0.unfinished != nil }
        let verdict = Verdict.judge(
            totals, by: rules, stageSeconds: whole.stages.map { $0.lengthSeconds ?? 0 }, evidence: evidence)
        return (verdict, evidence.drift?.stored ?? [])
    }

    private func stored(_ verdict: Verdict) -> RunDescription.Verdict {
        var stored = verdict.stored
        let (cuts, gaps) = (cuts, gaps + unknown)
        if verdict.exit == .failed || !cuts.isEmpty {
            let own = verdict.exit == .failed ? [verdict.sentence] : []
            let parts = ((own.isEmpty ? cuts : []) + gaps).joined(separator: "; ")
            stored.exitCode = 1
            stored.text = own.first.map { parts.isEmpty ? $0 : "\($0); \(parts)" } ?? "did not pass muster: \(parts)"
        } else if !gaps.isEmpty {
            stored.exitCode = 4
            stored.text = "not judged: \(gaps.joined(separator: ", "))"
        }
        stored.passed = stored.exitCode == 0
        return stored
    }

    /// Thresholds of a later version of this tool, which this one leaves out.
    private var unknown: [String] {
        (description.rules ?? []).filter { Rule($0, scopes) == nil }.map { "\($0.text) is not known" }
    }

    /// What became worse than the run that each part was held against, by its own judgement.
    private var baseline: Evidence.Baseline? {
        let found = parts.flatMap { name, shard in
            (shard.run?.verdict?.thresholds ?? []).filter { $0.text.hasPrefix(Evidence.Baseline.lead) }.map {
                (name, $0)
            }
        }
        guard let first = found.first else { return nil }
        let worse = found.filter { $0.1.passed == false }.map { "\($0.1.figure) (\($0.0))" }
        return Evidence.Baseline(
            name: String(first.1.text.dropFirst(Evidence.Baseline.lead.count)), regressions: worse,
            reason: worse.isEmpty ? found.lazy.compactMap { $0.1.passed == nil ? $0.1.reason : nil }.first : nil)
    }
}

extension StoredResult {
    /// The one that ended this run before its time.
    fileprivate func rule(thatCutItOf rules: [Rule]) -> Rule? {
        guard let run, run.state == .cut else { return nil }
        return rules.completed.first { rule in
            rule.aborts && run.verdict?.thresholds.contains { $0.text == rule.text && $0.passed == false } == true
        }
    }
}
