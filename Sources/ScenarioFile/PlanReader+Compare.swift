import LoadPlan

extension PlanReader {
    /// Reads an experiment: each variant is the scenario with some keys overridden, and must be a plan itself.
    func experiment(in root: Node) -> ExperimentPlan? {
        guard var entries = root.entries, let index = entries.firstIndex(where: { $0.key == "compare" }) else {
            return nil
        }
        let node = entries.remove(at: index).value
        return experiment(node, root: Node(place: root.place, content: .map(entries)))
    }

    private func experiment(_ node: Node, root: Node) -> ExperimentPlan? {
        guard let fields = fields(node, "compare", keys: Grammar.compare) else { return nil }
        for key in ["baseline", "variants"] where fields[key] == nil { diagnostics.miss(key, from: fields.place) }
        let baseline = value(fields["baseline"], as: .name("the name of a variant"))
        let blocks = value(fields["blocks"], as: .count(1...1000)) ?? ExperimentPlan.fewestBlocks
        guard let entries = fields["variants"].flatMap(variants) else { return nil }
        if let baseline, let node = fields["baseline"] { check(baseline, node, among: entries.map(\.key)) }
        let variants = entries.compactMap { variant($0, root: root) }
        guard let first = variants.first(where: { $0.name == baseline }) else { return nil }
        let experiment = ExperimentPlan(
            baseline: first, others: variants.filter { $0.name != baseline }, blocks: blocks)
        checkReuse(experiment, entries)
        refuseTooManySteps(experiment, node)
        refuseOutages(experiment, node)
        return experiment
    }

    /// They are phases of one result.
    private func refuseTooManySteps(_ plan: ExperimentPlan, _ node: Node) {
        guard plan.ownSteps.count > LoginPlan.OwnStep.most else { return }
        diagnostics.refuse(
            node.place,
            "the variants have \(plan.ownSteps.count) steps of your own with different names: "
                + "at most \(LoginPlan.OwnStep.most)")
    }

    private func check(_ baseline: String, _ node: Node, among names: [String]) {
        guard !names.contains(baseline) else { return }
        diagnostics.refuse(
            node.place, "no variant is named \"\(baseline)\"", suggestion: Nearest.to(baseline, among: names))
    }

    private func variants(_ node: Node) -> [Node.Entry]? {
        guard let entries = node.entries else {
            mismatch(node, expected: "a map of variants")
            return nil
        }
        if entries.count < 2 { diagnostics.refuse(node.place, "a comparison needs at least two variants") }
        if entries.count > Self.mostVariants {
            diagnostics.refuse(node.place, "a comparison has at most \(Self.mostVariants) variants")
        }
        return entries
    }

    private static let mostVariants = 64

    private func variant(_ entry: Node.Entry, root: Node) -> ExperimentPlan.Variant? {
        checkName(entry)
        guard let changes = entry.value.entries else {
            mismatch(entry.value, expected: "a map of keys such as {login.mechanism: PLAIN}")
            return nil
        }
        var changed = root
        let overriding = Overriding(diagnostics: diagnostics)
        for change in changes where isVariable(change) {
            changed.dropAccounts(replacedBy: change)
            overriding.merge(change.value, at: change.path, in: &changed, keyPlace: change.keyPlace)
        }
        ScenarioReader.completeTarget(of: &changed)
        return read(changed).map { ExperimentPlan.Variant(name: entry.key, plan: $0) }
    }

    private func checkName(_ entry: Node.Entry) {
        let scalar = Node.Scalar(text: entry.key, written: entry.key, isPlain: true)
        _ = value(Node(place: entry.keyPlace, content: .scalar(scalar)), as: .name("a name for the variant"))
    }

    /// What is compared under another load, or judged otherwise, is not compared.
    private func isVariable(_ change: Node.Entry) -> Bool {
        let subject = change.key.prefix { $0 != "." }
        if Grammar.variable.contains(String(subject)) { return true }
        diagnostics.refuse(
            change.keyPlace,
            "a variant changes keys of \(Grammar.variable.joinedByOr), as in login.mechanism; the rest is the same for all"
        )
        return false
    }
}

// MARK: - Other accounts

extension Node {
    /// Which keys of `accounts` a way to name them stands in for.
    private static let replaced = [
        "anonymous": ["pattern", "file", "count", "password", "reuse"],
        "file": ["pattern", "anonymous", "count", "password"],
        "pattern": ["file", "anonymous"],
    ]

    /// Accounts come from one place: a variant that names another one does without the scenario's.
    fileprivate mutating func dropAccounts(replacedBy change: Node.Entry) {
        guard change.path.first == "accounts" else { return }
        let keys = change.path.count > 1 ? [change.path[1]] : change.value.entries?.map(\.key) ?? []
        let dropped = keys.flatMap { Self.replaced[$0] ?? [] }
        guard !dropped.isEmpty, var entries, let index = entries.firstIndex(where: { $0.key == "accounts" }),
            let accounts = entries[index].value.entries
        else { return }
        entries[index].value.content = .map(accounts.filter { !dropped.contains($0.key) })
        content = .map(entries)
    }
}
