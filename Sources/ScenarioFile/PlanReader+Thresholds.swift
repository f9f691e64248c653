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
        let found = elements.compactMap { node in threshold(node, subjects).map { (node, $0) } }
        refuseTwins(found)
        return found.map(\.1).filter { !$0.isDefault }
    }

    /// Twins would be one test case of `junit.xml` with two outcomes.
    private func refuseTwins(_ found: [(node: Node, threshold: Threshold)]) {
        for (index, later) in found.enumerated() {
            guard let first = found[..<index].first(where: { $0.threshold.asksTheSame(as: later.threshold) }) else {
                continue
            }
            diagnostics.refuse(later.node.place, "this threshold is there already: \(first.threshold.text)")
        }
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

// MARK: - What can never have a figure

extension PlanReader {
    /// Thresholds that no run of the plan, or of any of the experiment's variants, can have a figure for.
    func refuseUnmeasurable(_ plan: RunPlan, _ experiment: ExperimentPlan?, _ root: Node) {
        let plans = experiment?.variants.map(\.plan) ?? [plan]
        guard case .list(let nodes)? = root.entries?.first(where: { $0.key == "thresholds" })?.value.content,
            nodes.count == plan.thresholds.count
        else { return }
        for (node, threshold) in zip(nodes, plan.thresholds) {
            let place = (node.entries?.first { $0.key == "that" }?.value ?? node).place
            let reasons = plans.compactMap { $0.whyNever(threshold) }
            if reasons.count == plans.count, let reason = reasons.first { diagnostics.refuse(place, reason) }
            if let reason = plan.whyNothingIsDue(threshold) { diagnostics.object(place, reason) }
        }
    }
}
