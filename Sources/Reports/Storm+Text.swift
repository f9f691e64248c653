import ResultFiles

extension RunDescription.Storm {
    /// For people, a line each.
    var sentences: [String] { [loss] + (lost > 0 ? [returns, effort] : []) + [wait].compactMap { $0 } }

    private var loss: String {
        let down = Format.duration(nanoseconds: secondsDown * 1e9)
        let who = lost > 0 ? "\(Format.count(lost)) of \(Format.count(onlineBefore))" : "none of \(onlineBefore)"
        let gone = left > 0 ? "; the stay of \(Format.count(left)) was over before they were back" : ""
        return "\(stage): down for \(down), \(who) sessions lost\(gone)"
    }

    private var returns: String {
        let times = [("50 %", back50S), ("95 %", back95S), ("99 %", back99S), ("all", backAllS)].map { share, seconds in
            "\(share) \(seconds.map { "after \(Format.duration(nanoseconds: $0 * 1e9))" } ?? "never")"
        }
        return "back, since the server was told to come back: \(times.joined(separator: ", "))"
    }

    private var effort: String {
        let server = serverPeakRatePerS.map { ", the server saw \(Format.count($0)) connections" } ?? ""
        return "attempts: \(Format.number(attemptsMean ?? 0)) in the mean, at most \(attemptsMax); "
            + "in the busiest second \(Format.count(peakRatePerS)) began\(server)"
    }

    private var wait: String? {
        recovery.map { recovery in
            let share = "\(Format.share(recovery.share)) back"
            return recovery.isComplete
                ? "\(recovery.stage) ended with \(share)"
                : "\(recovery.stage) gave up after \(Format.duration(nanoseconds: recovery.withinS * 1e9)) with \(share)"
        }
    }

    /// That as many are back in time as the scenario waits for; nil where it does not wait.
    var rule: Rule? {
        recovery.map { recovery in
            let within = Format.duration(nanoseconds: recovery.withinS * 1e9)
            return Rule(
                text: "\(Format.share(recovery.wantedShare)) back within \(within) in \(recovery.stage)",
                measure: .recovery(stage: recovery.stage), limit: .infinity)
        }
    }

    /// How that came out.
    var figure: Figure {
        guard let recovery else { return .nothing("nobody waited for it") }
        guard lost > left else { return .undecided("nobody lost their session in the outage") }
        return recovery.isComplete ? .share(recovery.share) : .nothing("\(Format.share(recovery.share)) were")
    }
}
