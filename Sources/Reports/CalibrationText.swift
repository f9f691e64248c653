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
        let blocks = [errors, capacities]
        return blocks.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n") + "\n"
    }

    private var errors: [String] {
        let header = line("phase", ["added", "error p50", "error p90", "error p99"])
        return [style.bold(header)]
            + calibration.phases.map { error in
                line(
                    error.phase,
                    [Format.duration(microseconds: error.addedUs)]
                        + [error.errorP50Us, error.errorP90Us, error.errorP99Us].map(Self.signed))
            }
    }

    private var capacities: [String] {
        guard !calibration.capacities.isEmpty else { return [] }
        return calibration.capacities.map { capacity in
            let rate = "tls: \(capacity.tls): true up to \(Format.rate(capacity.loginsPerSecond)) logins/s"
            return Format.cut(rate + (capacity.limit.map { "; \($0)" } ?? ""), to: TerminalSummary.width)
        } + ["with the embedded server on the same machine: a server elsewhere leaves more to the generator"]
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        Format.left(name, 24) + cells.map { Format.right($0, 14) }.joined()
    }

    private static func signed(_ microseconds: Double) -> String {
        (microseconds < 0 ? "-" : "+") + Format.duration(microseconds: abs(microseconds))
    }

    /// The last line.
    public var sentence: String { calibration.floor.sentence }
}

extension Calibration.Floor {
    /// What a reader of a result is to make of it.
    public var sentence: String {
        let figures = [("p50", p50Us), ("p90", p90Us), ("p99", p99Us)].map {
            "\($0.0) \(Format.duration(microseconds: $0.1))"
        }
        return "differences of a phase below these mean nothing on this machine: \(figures.joined(separator: ", "))"
    }
}
