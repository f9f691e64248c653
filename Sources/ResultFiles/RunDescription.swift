import Foundation

/// What `run.json` says of a run. Holds no secret: the scenario comes with `***` in their place.
public struct RunDescription: Codable, Sendable {
    public var format = 1
    public var name: String
    /// `running` until the run has ended; then `completed`, `interrupted` or `unreachable`.
    public var state = "running"
    /// ISO 8601, UTC; a label, no measure.
    public var started: String
    public var durationSeconds: Double?
    public var scenario: String
    public var scenarioHash: String
    public var planHash: String
    public var seed: UInt64
    public var target: String
    public var versions: [String: String] = [:]
    public var machine: [String: String] = [:]
    public var limits: [String: Int] = [:]
    public var stages: [StageEntry] = []
    /// The server's process, and why its figures are missing if they are.
    public var serverProcess: Int32?
    public var serverProcessReason: String?
    public var notes: [String] = []
    public var marked: [MarkedSecond] = []
    public var watchedSeconds = 0
    public var saturation: String?
    public var verdict: VerdictEntry?

    public struct StageEntry: Codable, Sendable {
        public var name: String
        /// Since the first arrival; nil until it has begun.
        public var startedAtSeconds: Double?
        public var isOpen: Bool

        public init(name: String, startedAtSeconds: Double?, isOpen: Bool) {
            self.name = name
            self.startedAtSeconds = startedAtSeconds
            self.isOpen = isOpen
        }
    }

    public struct MarkedSecond: Codable, Sendable {
        public var second: Int
        public var stage: String
        public var reason: String

        public init(second: Int, stage: String, reason: String) {
            self.second = second
            self.stage = stage
            self.reason = reason
        }
    }

    public struct VerdictEntry: Codable, Sendable {
        public var exitCode: Int32
        public var text: String
        public var thresholds: [ThresholdEntry]

        public init(exitCode: Int32, text: String, thresholds: [ThresholdEntry]) {
            self.exitCode = exitCode
            self.text = text
            self.thresholds = thresholds
        }
    }

    public struct ThresholdEntry: Codable, Sendable {
        public var threshold: String
        /// What was measured, with its unit.
        public var figure: String
        public var passed: Bool

        public init(threshold: String, figure: String, passed: Bool) {
            self.threshold = threshold
            self.figure = figure
            self.passed = passed
        }
    }

    public init(
        name: String, started: String, scenario: String, scenarioHash: String, planHash: String, seed: UInt64,
        target: String
    ) {
        self.name = name
        self.started = started
        self.scenario = scenario
        self.scenarioHash = scenarioHash
        self.planHash = planHash
        self.seed = seed
        self.target = target
    }

    /// As indented JSON with sorted keys in snake case, ending in a newline.
    public func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self) else { return [] }
        return [UInt8](data) + [0x0A]
    }
}
