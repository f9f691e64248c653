import Domains
import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import ResultFiles
import Transport

/// Measures the tool itself: the same code as in every run, against an embedded server that keeps the times of what it
/// does.
struct Calibrator {
    let lanes: LaneGroup
    /// How long logins come at each load.
    let length: Duration
    /// Told before each part.
    let say: (String) -> Void

    /// Of the greatest rate that was found.
    private static let shares = [0.1, 0.25, 0.5, 0.75, 0.9, 1]
    /// What every machine is taken to bear.
    private static let slowest = 50.0
    private static let rates = (0..<9).map { 100 * pow(2, Double($0)) }
    /// Between the last rate that went well and the first that did not, so often the one in the middle is tried.
    private static let refinements = 2
    /// Enough to see whether the generator keeps up.
    private static let trial = Duration.seconds(2)

    // MARK: Errors

    /// How far every phase is off at the loads up to this rate.
    func loads(_ tls: Target.TLSMode, upTo rate: Double) throws -> [Calibration.Load] {
        try Self.shares.map { try load(tls, rate: (max(rate, Self.slowest) * $0).rounded()) }
    }

    /// How far every phase is off where nothing else goes on.
    func quietLoad(_ tls: Target.TLSMode) throws -> Calibration.Load { try load(tls, rate: Self.slowest) }

    private func load(_ tls: Target.TLSMode, rate: Double) throws -> Calibration.Load {
        say("tls: \(tls.rawValue), \(Format.rate(rate)) logins/s, beside the server's own times")
        let trace = LoginTrace(lanes)
        let run = try QuietRun.run(plan(tls, rate: rate, for: length), lanes: lanes, trace: trace)
        let marked = run.totals.marks.seconds
        return Calibration.Load(
            tls: tls.rawValue, loginsPerSecond: rate,
            seconds: max(marked, Int((Double(run.totals.end) / 1e9).rounded(.up))), markedSeconds: marked,
            phases: Calibration.PhaseError.all(of: trace.logins.map(OwnLogin.init), against: run.exchanges))
    }

    // MARK: Capacity

    /// Doubles the rate until the generator is, or may be, the bottleneck; then looks closer.
    func capacity(_ tls: Target.TLSMode) throws -> Calibration.Capacity {
        var capacity = Calibration.Capacity(tls: tls.rawValue, loginsPerSecond: 0, limit: nil)
        var tooFast: Double?
        for rate in Self.rates where tooFast == nil {
            if try !bears(rate, tls, &capacity) { tooFast = rate }
        }
        guard var tooFast, capacity.loginsPerSecond > 0 else { return capacity }
        for _ in 0..<Self.refinements {
            let middle = (capacity.loginsPerSecond * tooFast).squareRoot().rounded()
            if try !bears(middle, tls, &capacity) { tooFast = middle }
        }
        return capacity
    }

    /// Whether the generator keeps up with this rate; the result stands in `capacity`.
    private func bears(
        _ rate: Double, _ tls: Target.TLSMode, _ capacity: inout Calibration.Capacity
    ) throws -> Bool {
        say("tls: \(tls.rawValue), \(Format.rate(rate)) logins/s")
        if let limit = Self.limit(try QuietRun.run(plan(tls, rate: rate, for: Self.trial), lanes: lanes)) {
            capacity.limit = "at \(Format.rate(rate))/s \(limit)"
            return false
        }
        capacity.loginsPerSecond = rate
        return true
    }

    private static func limit(_ run: QuietRun.Measured) -> String? {
        if let mark = run.outcome.firstMark { return mark.reason }
        let login = run.totals.record(of: .login)
        return login.failed > 0 ? "\(login.failed) of \(login.started) logins failed" : nil
    }

    // MARK: Plans

    private func plan(_ tls: Target.TLSMode, rate: Double, for length: Duration) -> RunPlan {
        RunPlan(
            name: "calibration", seed: 1, interval: .seconds(1),
            target: Target(address: .embedded, domain: "localhost", tls: tls),
            accounts: Accounts(source: .pattern("u{n}", count: 100_000, password: "calibration")),
            login: LoginPlan(mechanism: .preferred(["PLAIN"])),
            stages: [Stage(name: "steady", shape: .hold(rate: rate, duration: length))])
    }
}

extension OwnLogin {
    fileprivate init(_ login: LoginTrace.Login) {
        let computed = login.phases.first { $0.phase == .clientTLS }?.took ?? 0
        self.init(
            client: "\(login.client)", began: login.began, ended: login.ended,
            phases: login.phases.filter { $0.phase != .clientTLS }.map {
                Phase(name: $0.phase.name, took: $0.took, computed: $0.phase == .tls ? computed : 0)
            })
    }
}
