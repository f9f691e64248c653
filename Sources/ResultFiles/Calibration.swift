import Foundation

/// How far what is measured on a machine is off the truth, and what load it bears: `calibration.json`.
///
/// The truth is what an embedded server did, by its own clock, in the same logins: from the arrival of a request's last
/// byte in its socket to the call that wrote the answer.
public struct Calibration: Codable, Sendable, Equatable {
    /// Wall time, ISO 8601 in UTC.
    public var measuredAt: String
    public var machine: RunDescription.Machine
    /// By TLS mode, and in it by rate.
    public var loads: [Load]
    public var capacities: [Capacity]

    public init(measuredAt: WallTime, machine: RunDescription.Machine, loads: [Load], capacities: [Capacity]) {
        self.measuredAt = measuredAt.iso8601
        self.machine = machine
        self.loads = loads
        self.capacities = capacities
    }

    /// In microseconds.
    public struct Percentiles: Codable, Sendable, Equatable {
        public var p50Us: Double
        public var p90Us: Double
        public var p99Us: Double

        public init(p50Us: Double, p90Us: Double, p99Us: Double) {
            self.p50Us = p50Us
            self.p90Us = p90Us
            self.p99Us = p99Us
        }

        /// 0 without any.
        init(nanoseconds values: [Double]) {
            let sorted = values.sorted()
            let figures = [50, 90, 99].map { percent in
                sorted.isEmpty ? 0 : sorted[max(0, (sorted.count * percent + 99) / 100 - 1)] / 1000
            }
            self.init(p50Us: figures[0], p90Us: figures[1], p99Us: figures[2])
        }

        public var all: [Double] { [p50Us, p90Us, p99Us] }

        static func - (left: Self, right: Self) -> Self { left.with(right, -) }

        func with(_ other: Self, _ join: (Double, Double) -> Double) -> Self {
            Self(p50Us: join(p50Us, other.p50Us), p90Us: join(p90Us, other.p90Us), p99Us: join(p99Us, other.p99Us))
        }
    }

    /// How far a phase is off.
    public struct PhaseError: Codable, Sendable, Equatable {
        public var phase: String
        /// Logins that were compared.
        public var count: Int
        public var server: Percentiles
        /// What was measured less the server's; positive where too much was measured.
        public var error: Percentiles

        public init(phase: String, count: Int, server: Percentiles, error: Percentiles) {
            self.phase = phase
            self.count = count
            self.server = server
            self.error = error
        }

        /// An error of more than 100 µs and 1 % of the figure is a lie, if it is not marked.
        public var isSmall: Bool {
            zip(error.all, server.all).allSatisfy { abs($0) <= 100 + 0.01 * $1 }
        }
    }

    /// One load, and what was measured under it.
    public struct Load: Codable, Sendable, Equatable {
        public var tls: String
        public var loginsPerSecond: Double
        /// Seconds that were watched, and those of them that the generator marked.
        public var seconds: Int
        public var markedSeconds: Int
        public var phases: [PhaseError]

        public init(tls: String, loginsPerSecond: Double, seconds: Int, markedSeconds: Int, phases: [PhaseError]) {
            self.tls = tls
            self.loginsPerSecond = loginsPerSecond
            self.seconds = seconds
            self.markedSeconds = markedSeconds
            self.phases = phases
        }

        /// The greatest error of a phase at each percentile, without its sign.
        public var greatest: Percentiles {
            phases.map(\.error).reduce(Percentiles(p50Us: 0, p90Us: 0, p99Us: 0)) {
                $0.with($1) { max($0, abs($1)) }
            }
        }

        /// The phase that is off the most at p99.
        public var worst: PhaseError? { phases.max { abs($0.error.p99Us) < abs($1.error.p99Us) } }

        public var isTrue: Bool { markedSeconds == 0 && phases.allSatisfy(\.isSmall) }
    }

    /// The highest rate that was tried and did not saturate the generator, its server beside it.
    public struct Capacity: Codable, Sendable, Equatable {
        public var tls: String
        /// 0 where even the lowest did.
        public var loginsPerSecond: Double
        /// What happened at the next rate; nil where none was tried.
        public var limit: String?

        public init(tls: String, loginsPerSecond: Double, limit: String?) {
            self.tls = tls
            self.loginsPerSecond = loginsPerSecond
            self.limit = limit
        }
    }
}

// MARK: - The floor of a run

extension Calibration {
    /// Differences of a phase below these mean nothing at this load, in microseconds.
    public struct Floor: Codable, Sendable, Equatable {
        public var measuredAt: String
        /// The load that it is the floor of; nil in results that are older than it.
        public var tls: String?
        public var loginsPerSecond: Double?
        public var p50Us: Double
        public var p90Us: Double
        public var p99Us: Double
    }

    /// The floor at a rate, between those of the loads that were measured; beyond them it is that of the nearest. nil
    /// where none was measured with this TLS mode: `direct` is like `starttls`.
    public func floor(tls: String, loginsPerSecond rate: Double) -> Floor? {
        let kind = tls == "none" ? tls : "starttls"
        let measured = loads.filter { $0.tls == kind }.sorted { $0.loginsPerSecond < $1.loginsPerSecond }
        guard let above = measured.first(where: { $0.loginsPerSecond >= rate }) ?? measured.last else { return nil }
        let below = measured.last { $0.loginsPerSecond <= rate } ?? above
        let span = above.loginsPerSecond - below.loginsPerSecond
        let share = span > 0 ? (rate - below.loginsPerSecond) / span : 0
        let figures = below.greatest.with(above.greatest) { $0 + share * ($1 - $0) }
        return Floor(
            measuredAt: measuredAt, tls: tls, loginsPerSecond: rate, p50Us: figures.p50Us, p90Us: figures.p90Us,
            p99Us: figures.p99Us)
    }
}

extension Calibration {
    private static let fileName = "calibration.json"

    /// Puts it into this folder of results, in place of an older one.
    public func write(in results: String) throws(ResultError) {
        try System.makeFolders(results)
        try ReplacedFile(folder: results, name: Self.fileName).replace(with: json)
        try System.syncFolder(results)
    }

    /// The text of the file.
    public var json: [UInt8] {
        get throws(ResultError) { try JSONText.encode(self, for: Self.fileName) }
    }

    /// The one of this folder; nil if there is none.
    public static func read(in results: String) throws(ResultError) -> Calibration? {
        let path = "\(results)/\(fileName)"
        guard let bytes = try System.read(path) else { return nil }
        return try JSONText.decode(Self.self, bytes, path: path)
    }
}
