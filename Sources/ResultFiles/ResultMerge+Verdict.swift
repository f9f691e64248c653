extension ResultMerge {
    /// What the whole comes to, by what its parts came to: it passes only where each of them ran to its end, at the same
    /// time as the others, and passed. What holds of each part of a percentile or a share holds of the whole.
    var verdict: RunDescription.Verdict {
        let (reasons, code) = (unjudged, worstCode)
        var verdict = RunDescription.Verdict(
            exitCode: reasons.isEmpty ? code : 4, passed: reasons.isEmpty && code == 0, text: "",
            judgedSeconds: sum(\.judgedSeconds), judgedMarkedSeconds: sum(\.judgedMarkedSeconds), thresholds: thresholds
        )
        verdict.text =
            reasons.isEmpty
            ? code == 0 ? "passed muster: each of \(shards.count) parts did" : "did not pass muster: \(failed)"
            : "not judged: \(reasons.joined(separator: ", "))"
        return verdict
    }

    private var parts: [(name: String, shard: StoredResult)] { Array(zip(names, shards)) }

    private func sum(_ figure: (RunDescription.Verdict) -> Int) -> Int {
        shards.compactMap { $0.run?.verdict.map(figure) }.reduce(0, +)
    }

    /// Why nothing can be said of the whole. A part that a threshold cut did not pass.
    private var unjudged: [String] {
        let reasons = parts.compactMap { name, shard -> String? in
            if shard.run?.state != .cut, let reason = shard.unfinished { return "\(name) \(reason)" }
            guard let verdict = shard.run?.verdict else { return "\(name) was not judged" }
            return [0, 1].contains(verdict.exitCode) ? nil : "\(name) was not judged: \(verdict.text)"
        }
        return reasons + apart
    }

    private var worstCode: Int { shards.compactMap { $0.run?.verdict?.exitCode }.max() ?? 0 }

    private var failed: String {
        parts.compactMap { name, shard in
            shard.run?.verdict.flatMap { $0.exitCode == 0 ? nil : "\(name): \($0.text)" }
        }.joined(separator: "; ")
    }

    /// Each with the figure of every part.
    private var thresholds: [RunDescription.Threshold] {
        let all = parts.flatMap { name, shard in
            (shard.run?.verdict?.thresholds ?? []).enumerated().map {
                (number: $0.offset, name: name, rule: $0.element)
            }
        }
        return Dictionary(grouping: all, by: \.number).sorted { $0.key < $1.key }.map { _, parts in
            var whole = parts[0].rule
            whole.figure = parts.map { "\($0.rule.figure) (\($0.name))" }.joined(separator: ", ")
            whole.value = parts.count > 1 ? nil : whole.value
            let outcomes = parts.map(\.rule.passed)
            whole.passed = outcomes.contains(false) ? false : outcomes.contains(nil) ? nil : true
            whole.reason = parts.compactMap(\.rule.reason).first
            return whole
        }
    }
}
