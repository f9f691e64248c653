import LoadPlan
import Metrics
import Reports

extension Rule {
    /// A threshold in terms of what was recorded; nil if it names a phase that nothing records.
    init?(_ threshold: Threshold, stages: [Stage], _ phases: PhaseNames) {
        guard let measure = Measure(threshold.measure, phases) else { return nil }
        let limit =
            switch threshold.limit {
            case .duration(let duration): Double(duration.inNanoseconds)
            case .share(let limit), .bytes(let limit), .count(let limit): limit
            }
        self.init(
            text: threshold.text, measure: measure, limit: limit,
            stage: threshold.stage.flatMap { name in stages.firstIndex { $0.name == name } },
            window: threshold.window?.inSeconds, aborts: threshold.aborts)
        mustBeShown = threshold.mustBeShown
        isDefault = threshold.isDefault
    }
}

extension Rule.Measure {
    fileprivate init?(_ measure: Threshold.Measure, _ phases: PhaseNames) {
        switch measure {
        case .latency(let name, let statistic):
            guard let phase = phases.phase(named: name), let statistic = Rule.Statistic(rawValue: statistic.rawValue)
            else {
                return nil
            }
            self = .latency(phase, statistic)
        case .failures: self = .failures
        case .disconnects: self = .disconnects
        case .drift(let drift): self = .drift(DriftMeasure(drift))
        case .residue(.sessions): self = .residue(.sessions)
        case .residue(.memory): self = .residue(.memory)
        case .residue(.descriptors): self = .residue(.descriptors)
        case .residue(.threads): self = .residue(.threads)
        }
    }
}

extension DriftMeasure {
    fileprivate init(_ drift: Threshold.Drift) {
        switch drift {
        case .p50: self = .p50
        case .p99: self = .p99
        case .failures: self = .failures
        case .memory: self = .serverMemory
        case .descriptors: self = .serverDescriptors
        case .threads: self = .serverThreads
        case .cpu: self = .serverCPU
        }
    }
}
