public import LoadPlan

/// Reads scenario files.
public enum ScenarioReader {
    /// The password of the embedded server's accounts where a scenario has none.
    public static let embeddedPassword = "muster"
    private static let mostBytes = 256 << 10
    private static let mostAccountBytes = 1 << 30

    /// Reads and checks a file; `-` is standard input. `overrides` are applied in order, `environment` answers `${NAME}`, and `defaultSeed` is
    /// the seed where the scenario has none. Files that the scenario names are looked for from its folder. `check` is
    /// asked about each plan that has no error of its own; a variant of an experiment is a plan too.
    public static func read(
        file path: String, overrides: [Override] = [], environment: [String: String] = [:], defaultSeed: UInt64,
        check: PlanCheck = { _ in [] }
    ) throws(ScenarioErrors) -> Scenario {
        let bytes: [UInt8]
        do throws(FileBytes.Unreadable) {
            bytes = try FileBytes.read(path, atMost: mostBytes, sizeLimit)
        } catch { throw ScenarioErrors([ScenarioError(file: path, message: error.reason)]) }
        return try read(
            bytes: bytes, path: path, overrides: overrides, environment: environment, defaultSeed: defaultSeed,
            check: check)
    }

    /// The same of bytes; `path` is what messages call them, and where relative file names start from.
    public static func read(
        bytes: [UInt8], path: String, overrides: [Override] = [], environment: [String: String] = [:],
        defaultSeed: UInt64, check: PlanCheck = { _ in [] }
    ) throws(ScenarioErrors) -> Scenario {
        guard bytes.count <= mostBytes else {
            throw ScenarioErrors([ScenarioError(file: path, message: "too large: \(sizeLimit)")])
        }
        let diagnostics = Diagnostics(try SourceText(bytes: bytes, path: path))
        return try read(diagnostics, overrides, environment, defaultSeed, check)
    }

    private static let sizeLimit = "a scenario has at most 256 KiB"

    /// The same of a text.
    public static func read(
        text: String, path: String, overrides: [Override] = [], environment: [String: String] = [:],
        defaultSeed: UInt64, check: PlanCheck = { _ in [] }
    ) throws(ScenarioErrors) -> Scenario {
        try read(
            bytes: Array(text.utf8), path: path, overrides: overrides, environment: environment,
            defaultSeed: defaultSeed, check: check)
    }

    /// Reads accounts from a CSV file as `accounts.file` names one.
    public static func readAccounts(file path: String) throws(ScenarioErrors) -> [Accounts.Account] {
        let bytes: [UInt8]
        do throws(FileBytes.Unreadable) { bytes = try accountBytes(path) } catch {
            throw ScenarioErrors([ScenarioError(file: path, message: error.reason)])
        }
        let diagnostics = Diagnostics(SourceText("", path: path))
        let start = Place.Position(line: 0, column: 0)
        let accounts = AccountFile(path: path, named: start, diagnostics: diagnostics).read(bytes)
        try diagnostics.check()
        return accounts ?? []
    }

    /// A rate as a scenario has it, such as `20/s`, per second; nil for any other text.
    public static func rate(_ text: String) -> Double? { try? Units.rate(text) }

    private static func read(
        _ diagnostics: Diagnostics, _ overrides: [Override], _ environment: [String: String], _ defaultSeed: UInt64,
        _ check: PlanCheck
    ) throws(ScenarioErrors) -> Scenario {
        let root = tree(diagnostics, overrides, environment)
        let (plan, experiment) = withoutActuallyEscaping(check) { check in
            let reader = PlanReader(
                diagnostics: diagnostics, folder: FileBytes.folder(of: diagnostics.source.path),
                defaultSeed: defaultSeed,
                check: check)
            let (plan, experiment) = (root.flatMap(reader.read), root.flatMap(reader.experiment))
            if let root, let plan { reader.refuseUnmeasurable(plan, experiment, root) }
            return (plan, experiment)
        }
        try diagnostics.check()
        guard let root, let plan else { throw ScenarioErrors([]) }
        return Scenario(
            plan: plan, experiment: experiment, warnings: diagnostics.warnings, objections: diagnostics.objections,
            settings: Settings.of(plan, experiment, root), secretVariables: root.secretVariables)
    }

    /// The file's tree with overrides and variables put in.
    private static func tree(
        _ diagnostics: Diagnostics, _ overrides: [Override], _ environment: [String: String]
    ) -> Node? {
        guard var root = YAMLLite.read(diagnostics.source, into: diagnostics) else { return nil }
        completeTarget(of: &root)
        Overriding(diagnostics: diagnostics).apply(overrides, to: &root)
        completeTarget(of: &root)
        Expansion(environment: environment, diagnostics: diagnostics).expand(&root)
        return root
    }

    /// `target: embedded` is short for a map with that address.
    static func completeTarget(of root: inout Node) {
        guard case .map(var entries) = root.content,
            let index = entries.firstIndex(where: { $0.key == "target" }), entries[index].value.scalar != nil
        else { return }
        let address = entries[index].value
        let entry = Node.Entry(key: "address", keyPlace: address.place, value: address)
        entries[index].value = Node(place: address.place, content: .map([entry]))
        root.content = .map(entries)
    }

    static func accountBytes(_ path: String) throws(FileBytes.Unreadable) -> [UInt8] {
        try FileBytes.read(path, atMost: mostAccountBytes, "an account file has at most 1 GiB")
    }
}
