import Foundation

/// How far what is measured on a machine is off what is known, and what load it bears: `calibration.json`.
///
/// Known are the delays that an embedded server adds to its answers, as it measured them itself. An error is the
/// difference of a percentile with the delay and without, less the delay.
public struct Calibration: Codable, Sendable, Equatable {
    /// Wall time, ISO 8601 in UTC.
    public var measuredAt: String
    public var machine: RunDescription.Machine
    public var phases: [PhaseError]
    public var capacities: [Capacity]

    public init(
        measuredAt: WallTime, machine: RunDescription.Machine, phases: [PhaseError], capacities: [Capacity]
    ) {
        self.measuredAt = measuredAt.iso8601
        self.machine = machine
        self.phases = phases
        self.capacities = capacities
    }

    /// In microseconds. An error is positive where too much was measured.
    public struct PhaseError: Codable, Sendable, Equatable {
        public var phase: String
        public var addedUs: Double
        public var errorP50Us: Double
        public var errorP90Us: Double
        public var errorP99Us: Double

        public init(phase: String, addedUs: Double, errorP50Us: Double, errorP90Us: Double, errorP99Us: Double) {
            self.phase = phase
            self.addedUs = addedUs
            self.errorP50Us = errorP50Us
            self.errorP90Us = errorP90Us
            self.errorP99Us = errorP99Us
        }
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

    /// Differences of one phase below these mean nothing on this machine, in microseconds.
    public var floor: Floor {
        Floor(
            measuredAt: measuredAt, p50Us: phases.map { abs($0.errorP50Us) }.max() ?? 0,
            p90Us: phases.map { abs($0.errorP90Us) }.max() ?? 0, p99Us: phases.map { abs($0.errorP99Us) }.max() ?? 0)
    }

    public struct Floor: Codable, Sendable, Equatable {
        public var measuredAt: String
        public var p50Us: Double
        public var p90Us: Double
        public var p99Us: Double
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
