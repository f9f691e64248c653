import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import ResultFiles
import Transport

/// Measures the tool itself: the same code as in every run, against embedded servers that do what is known.
struct Calibrator {
    let lanes: LaneGroup
    /// How long logins come in each measurement.
    let length: Duration
    /// Told before each part.
    let say: (String) -> Void

    /// How long the answer that ends each phase is held back: none is like another, so that no two are mixed up.
    private static let delays: [String: Duration] = [
        "greeting": .microseconds(2000), "starttls": .microseconds(3000), "offer": .microseconds(2500),
        "sasl": .microseconds(5000), "restart": .microseconds(1500), "bind": .microseconds(3500),
        "session": .microseconds(1000), "roster": .microseconds(4000),
    ]
    private static let rounds = 2
    private static let rates = (0..<9).map { 100 * pow(2, Double($0)) }

    // MARK: Errors

    /// Runs with the delays and without take turns, so that a machine that drifts does so in both.
    func errors() throws -> [Calibration.PhaseError] {
        say("measuring known delays in \(Self.delays.count) phases")
        var known: [QuietRun.Measured] = []
        var plain: [QuietRun.Measured] = []
        for _ in 0..<Self.rounds {
            plain.append(try QuietRun.run(plan(delays: [:]), lanes: lanes))
            known.append(try QuietRun.run(plan(delays: Self.delays), lanes: lanes))
        }
        return Phase.all.compactMap { Self.error(of: $0, known, plain) }
    }

    private static func error(
        of phase: Phase, _ known: [QuietRun.Measured], _ plain: [QuietRun.Measured]
    ) -> Calibration.PhaseError? {
        let added = known.compactMap { $0.embedded?.delayUs[phase.name] }
        guard !added.isEmpty, let with = latencies(of: phase, known), let without = latencies(of: phase, plain) else {
            return nil
        }
        let mean = added.reduce(0, +) / Double(added.count)
        let errors = [0.5, 0.9, 0.99].map { share in
            (Double(with.percentile(share) ?? 0) - Double(without.percentile(share) ?? 0)) / 1000 - mean
        }
        return Calibration.PhaseError(
            phase: phase.name, addedUs: mean, errorP50Us: errors[0], errorP90Us: errors[1], errorP99Us: errors[2])
    }

    private static func latencies(of phase: Phase, _ runs: [QuietRun.Measured]) -> LatencyHistogram? {
        runs.reduce(into: PhaseRecord()) { $0.merge($1.totals.record(of: phase)) }.latencies
    }

    // MARK: Capacity

    /// Doubles the rate until the generator is, or may be, the bottleneck.
    func capacity(_ tls: Target.TLSMode) throws -> Calibration.Capacity {
        var capacity = Calibration.Capacity(tls: tls.rawValue, loginsPerSecond: 0, limit: nil)
        for rate in Self.rates {
            say("tls: \(tls.rawValue), \(Format.rate(rate)) logins/s")
            if let limit = Self.limit(try QuietRun.run(plan(tls: tls, rate: rate), lanes: lanes)) {
                capacity.limit = "at \(Format.rate(rate))/s \(limit)"
                return capacity
            }
            capacity.loginsPerSecond = rate
        }
        return capacity
    }

    private static func limit(_ run: QuietRun.Measured) -> String? {
        if let mark = run.outcome.firstMark { return mark.reason }
        let login = run.totals.record(of: .login)
        return login.failed > 0 ? "\(login.failed) of \(login.started) logins failed" : nil
    }

    // MARK: Plans

    private func plan(delays: [String: Duration]) -> RunPlan {
        plan(tls: .starttls, rate: 40, embedded: EmbeddedPlan(delays: delays))
    }

    private func plan(
        tls: Target.TLSMode, rate: Double, embedded: EmbeddedPlan = EmbeddedPlan()
    ) -> RunPlan {
        RunPlan(
            name: "calibration", seed: 1, interval: .seconds(1),
            target: Target(address: .embedded, domain: "localhost", tls: tls, embedded: embedded),
            accounts: Accounts(source: .pattern("u{n}", count: 100_000, password: "calibration")),
            login: LoginPlan(mechanism: .preferred(["PLAIN"])),
            stages: [Stage(name: "steady", shape: .hold(rate: rate, duration: length))])
    }
}
