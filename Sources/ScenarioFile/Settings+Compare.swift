import LoadPlan

extension Settings {
    /// Writes an experiment down: what its variants change, as the file has it.
    ///
    /// - Parameter plain: the scenario's own settings: a variant that changes nothing is told by its mechanism.
    static func of(
        _ experiment: ExperimentPlan?, _ root: Node, otherwise plain: [Scenario.Setting]
    ) -> [Scenario.Setting] {
        guard let experiment, let node = root.entries?.first(where: { $0.key == "compare" })?.value,
            let variants = node.entries?.first(where: { $0.key == "variants" })?.value.entries
        else { return [] }
        let baseline = experiment.variants[0].name
        let blocks = String(experiment.blocks)
        return [
            Scenario.Setting(path: ["compare", "baseline"], value: baseline, written: baseline, isIdentity: true),
            Scenario.Setting(path: ["compare", "blocks"], value: blocks, written: blocks, isIdentity: true),
        ]
            + variants.flatMap { variant in
                let path = ["compare", "variants", variant.key]
                let changes = settings(variant.value, at: path)
                return changes.isEmpty ? plain.filter(isMechanism).map { setting($0, at: path) } : changes
            }
    }

    private static func isMechanism(_ setting: Scenario.Setting) -> Bool {
        setting.path.starts(with: ["login", "mechanism"])
    }

    private static func setting(_ setting: Scenario.Setting, at path: [String]) -> Scenario.Setting {
        Scenario.Setting(path: path + setting.path, value: setting.value, written: setting.written, isIdentity: true)
    }

    private static func settings(_ node: Node, at path: [String]) -> [Scenario.Setting] {
        switch node.content {
        case .scalar(let scalar): [setting(scalar, at: path)]
        case .list(let elements):
            elements.enumerated().flatMap { settings($0.element, at: path + [String($0.offset)]) }
        case .map(let entries): entries.flatMap { settings($0.value, at: path + $0.path) }
        case .broken: []
        }
    }

    private static func setting(_ scalar: Node.Scalar, at path: [String]) -> Scenario.Setting {
        let isSecret = path.contains { SecretWord.keys.contains($0) }
        let written = scalar.written.contains("${") ? scalar.written : scalar.text
        return Scenario.Setting(
            path: path, value: isSecret ? SecretMask.hidden : scalar.text,
            written: isSecret ? SecretMask.cover(scalar.written) : written,
            isIdentity: !isSecret && path.last != "address")
    }
}
