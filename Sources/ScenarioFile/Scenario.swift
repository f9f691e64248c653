public import LoadPlan

/// A checked scenario: the plan to run, and how it was written.
public struct Scenario: Sendable {
    public let plan: RunPlan
    /// nil where the scenario compares nothing.
    public let experiment: ExperimentPlan?
    /// What is possible but probably not meant.
    public let warnings: [ScenarioError]
    /// Thresholds in stages in which no login is due: `check` refuses them, a run fails them.
    public let objections: [ScenarioError]
    /// Every key with its value, defaults filled in, in the order of the documentation.
    public let settings: [Setting]

    /// The variables of the environment that its passwords were taken from.
    public let secretVariables: Set<String>

    /// One key of a scenario.
    public struct Setting: Sendable, Equatable {
        /// From the top down, elements of lists by number from 0.
        let path: [String]
        /// In the shortest form that the reader accepts; `***` for passwords.
        public let value: String
        /// As the file has it, `${...}` unexpanded; `***` for passwords.
        public let written: String
        /// Whether the value makes the scenario another one: the seed, the target's address and passwords do not.
        public let isIdentity: Bool

        /// Dotted: `load.0.ramp.to`.
        public var keyPath: String { path.joined(separator: ".") }
    }

    /// The scenario with all defaults filled in, as YAML-lite: `${...}` unexpanded, passwords and tokens as `***`.
    public func rendered() -> String {
        YAMLText(settings).text
    }

    /// What `scenario_hash` is the SHA-256 of: a line `key path: value` for each setting that makes the scenario what
    /// it is. Values are those of the run; a domain that is only the address's host is part of the address.
    public var canonicalText: String {
        settings.filter(\.isIdentity).map { "\($0.keyPath): \($0.value)\n" }.joined()
    }
}
