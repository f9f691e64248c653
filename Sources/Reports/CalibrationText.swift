public import ResultFiles

/// What a calibration found, for a terminal: at most 100 columns.
public struct CalibrationText: Sendable {
    private let calibration: Calibration
    private let style: Style

    public init(_ calibration: Calibration, isColored: Bool) {
        self.calibration = calibration
        style = Style(isColored: isColored)
    }

    /// The lines, each ended by a newline.
    public var text: String {
        let blocks = modes.flatMap { [loads($0), phases($0)] } + [verdicts]
        return blocks.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    /// The TLS modes, in their order.
    private var modes: [String] {
        calibration.loads.map(\.tls).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func loads(of mode: String) -> [Calibration.Load] { calibration.loads.filter { $0.tls == mode } }

    // MARK: Tables

    /// The greatest errors at each load.
    private func loads(_ mode: String) -> [String] {
        let header = line("tls: \(mode), logins/s", ["error p50", "error p90", "error p99", "at p99 in", "marked"])
        return [style.bold(header)]
            + loads(of: mode).map { load in
                line(
                    Format.right(Format.rate(load.loginsPerSecond), 22),
                    load.greatest.all.map { Format.duration(microseconds: $0) }
                        + [load.worst?.phase ?? "-", "\(load.markedSeconds) of \(load.seconds) s"])
            }
    }

    /// Each phase at the load in the middle.
    private func phases(_ mode: String) -> [String] {
        let loads = loads(of: mode)
        guard let load = loads.first(where: { $0.loginsPerSecond >= (loads.last?.loginsPerSecond ?? 0) / 2 }) else {
            return []
        }
        let title = "at \(Format.rate(load.loginsPerSecond)) logins/s"
        let header = line(title, ["server p50", "error p50", "error p90", "error p99"])
        return [style.bold(header)]
            + load.phases.map { phase in
                line(
                    phase.phase, [Format.duration(microseconds: phase.server.p50Us)] + phase.error.all.map(Self.signed))
            }
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        Format.left(name, 26) + cells.map { Format.right($0, 13) }.joined()
    }

    private static func signed(_ microseconds: Double) -> String {
        (microseconds < 0 ? "-" : "+") + Format.duration(microseconds: abs(microseconds))
    }

    // MARK: Words

    private var verdicts: [String] {
        (modes.map(verdict) + calibration.capacities.map(capacity)).flatMap {
            Format.wrapped($0, to: TerminalSummary.width)
        } + [
            "An error is what was measured less what the server did, both ways through the kernel included.",
            "The embedded server is on the same machine: one elsewhere leaves more to the generator.",
        ]
    }

    private func verdict(_ mode: String) -> String {
        let loads = loads(of: mode)
        let good = loads.prefix(while: \.isTrue).last.map { Format.rate($0.loginsPerSecond) } ?? "0"
        let begin = "tls: \(mode): within 100 µs and 1 % of the truth up to \(good) logins/s"
        guard let bad = loads.first(where: { !$0.isTrue }) else { return begin }
        return "\(begin); at \(Format.rate(bad.loginsPerSecond)) \(Self.fault(bad))"
    }

    private static func fault(_ load: Calibration.Load) -> String {
        if load.markedSeconds > 0 { return "\(load.markedSeconds) of \(load.seconds) seconds are marked" }
        let phase = load.phases.first { !$0.isSmall }
        return "\(phase?.phase ?? "a phase") is off by more, unmarked"
    }

    private func capacity(_ capacity: Calibration.Capacity) -> String {
        let rate = "tls: \(capacity.tls): not saturated at \(Format.rate(capacity.loginsPerSecond)) logins/s"
        return rate + (capacity.limit.map { "; \($0)" } ?? "")
    }
}

extension Calibration.Floor {
    /// What a reader of a result is to make of it.
    public var sentence: String {
        let figures = [("p50", p50Us), ("p90", p90Us), ("p99", p99Us)].map {
            "\($0.0) \(Format.duration(microseconds: $0.1))"
        }
        return "differences of a phase below these mean nothing \(place): \(figures.joined(separator: ", "))"
    }

    private var place: String {
        loginsPerSecond.map { "here at \(Format.rate($0)) logins/s" } ?? "on this machine"
    }
}
