public import Metrics
public import ResultFiles

// A run that was killed is judged by what its files hold.

extension StoredResult {
    /// As it is; of one that was killed with what drifted until then.
    var judgedSoFar: StoredResult {
        guard isKilled, let run, run.drift == nil, run.experiment == nil else { return self }
        var judged = self
        let drift = DriftWatch(self).report(server: run.server).stored
        judged.run?.drift = drift.isEmpty ? nil : drift
        return judged
    }

    /// What holds of a run that was killed, and what does not; nil of any other, or where its files do not say by what it is
    /// judged, or hold nothing yet.
    var verdictSoFar: RunDescription.Verdict? {
        guard isKilled, end > 0, let run, let rules = run.rules, !rules.isEmpty else { return nil }
        var verdict = verdict(of: run, by: rules.compactMap { Rule($0, names) })
        verdict.exit = .interrupted
        var stored = verdict.stored
        stored.text = verdict.soFar
        return stored
    }

    private var isKilled: Bool { run?.verdict == nil && run?.state == .running && !isBeingWritten }

    private func verdict(of run: RunDescription, by rules: [Rule]) -> Verdict {
        let drift = DriftWatch(self)
        let (watch, totals) = replayed(rules, interval: run.intervalSeconds ?? 1)
        var evidence = Evidence()
        evidence.watch = watch
        evidence.drift = drift.report(server: run.server)
        evidence.unmarkedDrift = drift.unmarkedReport(server: run.server)
        evidence.server = run.server
        evidence.isCutShort = true
        return Verdict.judge(totals, by: rules, stageSeconds: [], interrupted: true, evidence: evidence)
    }

    /// The intervals as the run's own watch saw them, and what they add up to.
    private func replayed(_ rules: [Rule], interval: Double) -> (watch: RuleWatch, totals: RunTotals) {
        let totals = totals
        var watch = RuleWatch(rules, interval: interval)
        forEachInterval(totals.names) { _ = watch.add($0, totals: totals) }
        return (watch, totals)
    }

}

extension Rule {
    /// As `run.json` has it; nil where it names what this version does not know.
    init?(_ stored: RunDescription.Rule, _ names: ScopeNames) {
        guard let measure = Measure(stored.measure, names.phases) else { return nil }
        self.init(
            text: stored.text, measure: measure, limit: stored.limit,
            stage: stored.stage.flatMap { names.stages.firstIndex(of: $0) }, window: stored.windowSeconds,
            aborts: stored.aborts)
        mustBeShown = stored.mustBeShown
        isDefault = stored.isDefault
    }

    /// As `run.json` keeps it.
    public func stored(_ names: ScopeNames) -> RunDescription.Rule {
        RunDescription.Rule(
            text: text, measure: measure.words(names.phases), limit: limit, stage: stage.map { names.stages[$0] },
            windowSeconds: window, aborts: aborts, mustBeShown: mustBeShown, isDefault: isDefault)
    }
}

extension Rule.Measure {
    /// `login p99`, `failures`, `drift p99`, `residue memory`: as scenarios have it.
    fileprivate init?(_ words: String, _ phases: PhaseNames) {
        let parts = words.split(separator: " ").map(String.init)
        switch (parts.first, parts.last) {
        case ("failures", _): self = .failures
        case ("disconnects", _): self = .disconnects
        case ("drift", _):
            guard let measure = DriftMeasure(rawValue: parts.dropFirst().joined(separator: " ")) else { return nil }
            self = .drift(measure)
        case ("residue", let name?):
            guard let measure = ResidueMeasure(rawValue: name) else { return nil }
            self = .residue(measure)
        case (let name?, let last?):
            guard let phase = phases.phase(named: name), let statistic = Rule.Statistic(rawValue: last) else {
                return nil
            }
            self = .latency(phase, statistic)
        default: return nil
        }
    }

    fileprivate func words(_ phases: PhaseNames) -> String {
        switch self {
        case .latency(let phase, let statistic): "\(phases.name(of: phase)) \(statistic.rawValue)"
        case .failures: "failures"
        case .disconnects: "disconnects"
        case .drift(let measure): "drift \(measure.rawValue)"
        case .residue(let measure): "residue \(measure.rawValue)"
        case .regression: "regression"
        case .recovery(let stage): "recovery \(stage)"
        }
    }
}
