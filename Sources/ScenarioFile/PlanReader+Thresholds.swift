import LoadPlan

extension PlanReader {
    /// Reads the list; `phases` are those that can be judged, `stages` the names that ` in ` may give.
    func thresholds(_ node: Node?, phases: [String], stages: [String]) -> [Threshold] {
        guard let node, let elements = list(node, of: "thresholds") else { return [] }
        return elements.compactMap { threshold($0, phases, stages) }
    }

    private func threshold(_ node: Node, _ phases: [String], _ stages: [String]) -> Threshold? {
        guard node.entries != nil else { return sentence(node, phases, stages) }
        guard let fields = fields(node, "a threshold", keys: ["that", "abort"]) else { return nil }
        if value(fields["abort"], as: .flag) == true {
            diagnostics.refuse(fields.place(of: "abort"), notYet: .abortion)
        }
        guard let that = fields["that"] else {
            diagnostics.miss("that", from: fields.place)
            return nil
        }
        return sentence(that, phases, stages)
    }

    private func sentence(_ node: Node, _ phases: [String], _ stages: [String]) -> Threshold? {
        guard let text = value(node, as: .text(ThresholdSentence.expected)) else { return nil }
        do throws(ValueError) {
            let sentence = try ThresholdSentence(text, phases: phases, stages: stages)
            if sentence.isTrend { diagnostics.refuse(node.place, notYet: .trend) }
            if let window = sentence.windowOffset {
                diagnostics.refuse(node.place(ofCharacter: window), notYet: .slidingWindow)
            }
            return sentence.threshold
        } catch {
            let place = node.place(ofCharacter: error.offset ?? 0)
            diagnostics.refuse(place, error.message, suggestion: error.suggestion)
            return nil
        }
    }
}
