import Metrics

/// What a run was and how it ended: `run.json`. Keys there are these names in snake case. It holds no secret: the scenario
/// comes in with its passwords masked.
public struct RunDescription: Codable, Sendable, Equatable {
    /// Of `run.json`; raised when a key changes its meaning.
    public static let currentSchema = 1

    public var schema = Self.currentSchema
    public var name: String
    public var state = State.running
    /// Wall time, ISO 8601 in UTC: when the run began.
    public var startedAt: String
    /// Milliseconds since 1970: when its load was started; nil in results of before this was kept.
    public var loadStartedAtUnixMs: UInt64?
    /// From the first arrival to the end of the last interval.
    public var durationSeconds = 0.0
    /// As run, in the scenario's own language.
    public var scenario: String
    public var scenarioHash: String
    public var seed: UInt64
    public var planHash: String
    public var target: String
    public var variants: [String] = [ScopeNames.onlyVariant]
    public var stages: [Stage]
    /// What it is judged by.
    public var rules: [Rule]?
    /// The span of a row in the files by interval.
    public var intervalSeconds: Double?
    public var versions = Versions()
    public var machine = Machine()
    public var limits = Limits()
    /// Differences below this mean nothing at the run's load; nil where the machine was not calibrated.
    public var calibration: Calibration.Floor?
    public var server = Server()
    public var scramCache = false
    /// Of the embedded servers, in their order.
    public var embedded: [Embedded] = []
    /// nil where nothing was compared.
    public var experiment: Experiment?
    /// What moved while the run went on; of stages with a steady load.
    public var drift: [Drift]?
    /// What the server kept; nil where it was not watched after the last session.
    public var residue: Residue?
    /// One for each outage that was rehearsed; nil without any.
    public var storms: [Storm]?
    public var notes: [String] = []
    /// Those whose results were merged into this one; nil of a run.
    public var injectors: [Injector]?
    /// Filled in by ``ResultFolder``.
    public var saturation = Saturation()
    public var verdict: Verdict?

    public init(
        name: String, startedAt: WallTime, scenario: String, scenarioHash: String, seed: UInt64, planHash: String,
        target: String, stages: [Stage]
    ) {
        self.name = name
        self.startedAt = startedAt.iso8601
        self.scenario = scenario
        self.scenarioHash = scenarioHash
        self.seed = seed
        self.planHash = planHash
        self.target = target
        self.stages = stages
    }

    public enum State: String, Codable, Sendable {
        /// Also what a killed run leaves behind.
        case running
        case finished
        /// By a signal.
        case interrupted
        /// By a threshold that aborts, or by an outage that could not be rehearsed.
        case cut
        /// No connection was ever established.
        case unreachable
    }

    public struct Stage: Codable, Sendable, Equatable {
        public var name: String
        /// As a person would write it: `ramp 10/s to 200/s for 30s`.
        public var load: String
        /// Since the first arrival; nil while it has not begun.
        public var startsAtSeconds: Double?
        /// nil where the end depends on the server and has not come.
        public var lengthSeconds: Double?
        /// Logins come when they are due, whether or not the server keeps up.
        public var isOpen: Bool

        public init(
            name: String, load: String = "", startsAtSeconds: Double? = nil, lengthSeconds: Double? = nil,
            isOpen: Bool = true
        ) {
            self.name = name
            self.load = load
            self.startsAtSeconds = startsAtSeconds
            self.lengthSeconds = lengthSeconds
            self.isOpen = isOpen
        }
    }

    public struct Versions: Codable, Sendable, Equatable {
        public var muster = ""
        public var swift = ""
        /// The one that ran, not the one that was built with.
        public var openssl = ""
        public var kernel = ""

        public init() {}
    }

    public struct Machine: Codable, Sendable, Equatable {
        public var cpu = ""
        public var cores = 0
        public var memoryBytes: UInt64 = 0

        public init() {}
    }

    public struct Limits: Codable, Sendable, Equatable {
        public var descriptorsSoft: UInt64?
        public var descriptorsHard: UInt64?
        public var portFirst: UInt16?
        public var portLast: UInt16?

        public init() {}
    }

    /// The server's process, where it is on this machine and can be read.
    public struct Server: Codable, Sendable, Equatable {
        public var pid: Int32?
        /// Why there are no figures, and what would help.
        public var reason: String?
        /// What its memory and its descriptors may come to: of its control group or the machine, and of the process.
        public var memoryLimitBytes: UInt64?
        public var descriptorLimit: UInt64?
        /// Of a JVM.
        public var maximumHeapBytes: UInt64?
        /// Wall time, ISO 8601 in UTC: when its process was started, and how old it was when the run began.
        public var startedAt: String?
        public var ageSeconds: Double?

        public init(pid: Int32? = nil, reason: String? = nil) {
            self.pid = pid
            self.reason = reason
        }
    }
}
