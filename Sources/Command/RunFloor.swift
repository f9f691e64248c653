import LoadPlan
import Metrics
import ResultFiles

/// Below which differences mean nothing in a run, by what was found when this machine was calibrated. It depends on the
/// load: planned before the first interval, then the most logins that began in a second of an interval.
struct RunFloor {
    private let calibration: Calibration?
    private let modes: [String]
    private var rate: Double
    private var isMeasured = false
    private var end: UInt64 = 0

    /// - Parameter results: the folder that a calibration would stand in. One of another machine is none.
    init(in results: String, _ plans: [RunPlan], on machine: RunDescription.Machine) {
        let known = try? Calibration.read(in: results)
        calibration = known?.machine == machine ? known : nil
        modes = plans.map(\.target.tls.rawValue)
        rate = plans.map { PlanSummary($0).greatestRate }.max() ?? 0
    }

    mutating func add(_ interval: IntervalRecord) {
        let seconds = max(1, Double(interval.end - min(interval.end, end)) / 1e9)
        let measured = Double(interval.phases.record(of: .login).started) / seconds
        rate = isMeasured ? max(rate, measured) : measured
        (isMeasured, end) = (true, interval.end)
    }

    /// The highest of those of its TLS modes; nil where the machine was not calibrated.
    var value: Calibration.Floor? {
        modes.compactMap { calibration?.floor(tls: $0, loginsPerSecond: rate) }.max { $0.p99Us < $1.p99Us }
    }
}
