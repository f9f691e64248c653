import LoadPlan

/// What a threshold may speak of.
struct ThresholdSubjects {
    /// That can be judged.
    var phases: [String]
    var stages: [Stage]
    /// Of the files: live judgements are made at the end of each.
    var interval: Duration
}

extension PlanReader {
    func thresholds(_ node: Node?, _ subjects: ThresholdSubjects) -> [Threshold] {
        guard let node, let elements = list(node, of: "thresholds") else { return [] }
        return elements.compactMap { threshold($0, subjects) }
    }

    private func threshold(_ node: Node, _ subjects: ThresholdSubjects) -> Threshold? {
        guard node.entries != nil else { return sentence(node, subjects) }
        guard let fields = fields(node, "a threshold", keys: ["that", "abort"]) else { return nil }
        let aborts = value(fields["abort"], as: .flag) ?? false
        guard let that = fields["that"] else {
            diagnostics.miss("that", from: fields.place)
            return nil
        }
        guard var threshold = sentence(that, subjects) else { return nil }
        if aborts, threshold.measure.isJudgedAtTheEnd {
            diagnostics.refuse(
                fields.place(of: "abort"), "drift and residue are judged at the end: they cannot abort the run")
        }
        threshold.aborts = aborts
        return threshold
    }

    private func sentence(_ node: Node, _ subjects: ThresholdSubjects) -> Threshold? {
        guard let text = value(node, as: .text(ThresholdSentence.expected)) else { return nil }
        do throws(ValueError) {
            let threshold = try ThresholdSentence(text, phases: subjects.phases, stages: subjects.stages).threshold
            check(threshold, subjects, at: node.place)
            return threshold
        } catch {
            let place = node.place(ofCharacter: error.offset ?? 0)
            diagnostics.refuse(place, error.message, suggestion: error.suggestion)
            return nil
        }
    }

    private func check(_ threshold: Threshold, _ subjects: ThresholdSubjects, at place: Place) {
        if case .drift = threshold.measure, !subjects.stages.isEmpty, !subjects.stages.contains(where: \.isSteady) {
            diagnostics.refuse(place, "a drift is judged where the load is steady: no stage is hold or crowd")
        }
        guard let window = threshold.window else { return }
        if window < subjects.interval {
            diagnostics.refuse(place, "a window is at least one interval, which is \(Units.text(subjects.interval))")
        }
        let judged = subjects.stages.filter { threshold.stage == nil || threshold.stage == $0.name }
        guard judged.allSatisfy({ $0.duration != nil }) else { return }
        let length = judged.reduce(Duration.zero) { $0 + ($1.duration ?? .zero) }
        if length < window, !judged.isEmpty {
            let what = threshold.stage ?? "the run"
            diagnostics.refuse(
                place, "no window of \(Units.text(window)) fits into \(what), which lasts \(Units.text(length))")
        }
    }
}
