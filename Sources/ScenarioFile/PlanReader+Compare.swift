import LoadPlan

extension PlanReader {
    /// Checks an experiment: each variant is the scenario with some keys overridden, and must be a plan itself.
    func checkComparison(in root: Node) {
        guard var entries = root.entries, let index = entries.firstIndex(where: { $0.key == "compare" }) else { return }
        let node = entries.remove(at: index).value
        check(node, root: Node(place: root.place, content: .map(entries)))
    }

    private func check(_ node: Node, root: Node) {
        guard let fields = fields(node, "compare", keys: Grammar.compare) else { return }
        for key in Grammar.compare where fields[key] == nil { diagnostics.miss(key, from: fields.place) }
        let baseline = value(fields["baseline"], as: .name("the name of a variant"))
        if let variants = fields["variants"] { checkVariants(variants, baseline, fields["baseline"], root: root) }
        diagnostics.refuse(fields.place, notYet: .comparison)
    }

    private func checkVariants(_ node: Node, _ baseline: String?, _ baselineNode: Node?, root: Node) {
        guard let variants = node.entries else { return mismatch(node, expected: "a map of variants") }
        for variant in variants { check(variant, root: root) }
        let names = variants.map(\.key)
        if variants.count < 2 { diagnostics.refuse(node.place, "a comparison needs at least two variants") }
        guard let baseline, let baselineNode, !names.contains(baseline) else { return }
        diagnostics.refuse(
            baselineNode.place, "no variant is named \"\(baseline)\"", suggestion: Nearest.to(baseline, among: names))
    }

    private func check(_ variant: Node.Entry, root: Node) {
        guard let changes = variant.value.entries else {
            return mismatch(variant.value, expected: "a map of keys such as {login.mechanism: PLAIN}")
        }
        var changed = root
        let overriding = Overriding(diagnostics: diagnostics)
        for change in changes {
            let path = change.key.split(separator: ".").map(String.init)
            overriding.set(change.value, at: path[...], in: &changed, keyPlace: change.keyPlace)
        }
        ScenarioReader.completeTarget(of: &changed)
        _ = read(changed)
    }
}
