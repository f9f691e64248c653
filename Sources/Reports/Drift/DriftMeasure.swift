/// What may change by and by while a run goes on.
public enum DriftMeasure: String, Sendable, CaseIterable {
    /// Of `login`, in microseconds.
    case p50, p99
    /// Arrivals due that did not complete over those due, 0 to 1.
    case failures
    /// Resident, in bytes.
    case serverMemory = "server memory"
    case serverDescriptors = "server descriptors"
    case serverThreads = "server threads"
    /// Processor time of the process tree per login, in microseconds.
    case serverCPU = "server cpu"

    /// Whether a rate is a share of the figure itself, compounded from hour to hour; else it is in the measure's unit.
    public var isRelative: Bool { self == .p50 || self == .p99 || self == .serverCPU }

    /// Whether it is read of the server's process.
    var isOfServer: Bool { self != .p50 && self != .p99 && self != .failures }

    /// A window has at least so many logins, or is an interval where that has nothing to do with it.
    var loginsPerWindow: Int {
        switch self {
        case .p99: 1000
        case .p50, .failures, .serverCPU: 100
        case .serverMemory, .serverDescriptors, .serverThreads: 0
        }
    }

    /// Failures are too rare for a median of windows: most would have none.
    var isPooled: Bool { self == .failures }
}

/// A measure of a stage over time: a point for each window.
public struct DriftSeries: Sendable, Equatable {
    public struct Point: Sendable, Equatable {
        /// The window's middle, in seconds since the first arrival.
        public var at: Double
        /// In the measure's unit.
        public var value: Double
        /// Logins of the window; 1 where they have nothing to do with it.
        public var weight: Double

        public init(at: Double, value: Double, weight: Double = 1) {
            (self.at, self.value, self.weight) = (at, value, weight)
        }
    }

    public var measure: DriftMeasure
    public var points: [Point]

    public init(_ measure: DriftMeasure, _ points: [Point]) {
        (self.measure, self.points) = (measure, points)
    }

    /// At most so many seconds count as warm-up, and at most a tenth.
    static let longestWarmUp = 600.0

    /// Without the stage's warm-up.
    var settled: DriftSeries {
        guard let first = points.first?.at, let last = points.last?.at else { return self }
        let start = first + min(Self.longestWarmUp, (last - first) / 10)
        return DriftSeries(measure, points.filter { $0.at >= start })
    }
}
