import Metrics

extension ResultMerge {
    public var parts: [(name: String, shard: StoredResult)] { Array(zip(names, shards)) }

    /// The parts that were cut, by a threshold or by an outage that could not be rehearsed: they did not pass.
    public var cuts: [String] {
        parts.compactMap { name, shard in
            guard shard.run?.state == .cut, let unfinished = shard.unfinished else { return nil }
            return "\(name) \(unfinished)\(shard.run?.verdict.map { ": \($0.text)" } ?? "")"
        }
    }

    /// Why the whole is not all of what was wanted, or nobody can say by what it is judged: then it never passes.
    public var gaps: [String] { unended + apart + differing }

    private var unended: [String] {
        parts.compactMap { name, shard in
            guard shard.run?.state != .cut else { return nil }
            if let unfinished = shard.unfinished { return "\(name) \(unfinished)" }
            guard let verdict = shard.run?.verdict else { return "\(name) was not judged" }
            let isJudged = [0, 1].contains(verdict.exitCode) || (verdict.exitCode == 4 && shard.tellsItsDoubt)
            return isJudged ? nil : "\(name) was not judged: \(verdict.text)"
        }
    }

    /// One scenario has one set of thresholds, as long as the same version of this tool ran it.
    private var differing: [String] {
        let all = shards.map { $0.run?.rules ?? [] }
        return parts.indices.compactMap { part in
            if all[part].isEmpty { return "\(names[part]) does not say by what it is judged" }
            guard let (mine, theirs) = all[part].difference(from: all[0]) else { return nil }
            return "\(names[part]) was judged by \(mine), \(names[0]) by \(theirs)"
        }
    }
}

extension StoredResult {
    /// A run that the load generator had in doubt has in its files what it did: it is judged with the whole.
    fileprivate var tellsItsDoubt: Bool {
        guard let run, run.injectors == nil else { return false }
        return run.saturation.markedSeconds > 0 || failures.contains { $0.kind == Failure.Kind.local.rawValue }
    }
}

extension [RunDescription.Rule] {
    /// The first rule that is another one, of both; nil where all are the same.
    fileprivate func difference(from other: Self) -> (String, String)? {
        guard let number = (0..<Swift.max(count, other.count)).first(where: { rule($0) != other.rule($0) }) else {
            return nil
        }
        return (rule(number)?.text ?? "no such threshold", other.rule(number)?.text ?? "none")
    }

    private func rule(_ number: Int) -> RunDescription.Rule? { number < count ? self[number] : nil }
}
