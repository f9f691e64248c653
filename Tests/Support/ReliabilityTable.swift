import Foundation

/// The table of `docs/reliability.md`: what is told of a server that misbehaves, by behaviour and step.
public struct ReliabilityTable: Sendable {
    /// By behaviour, then by step. A cell is `completes`, or a failure as its kind and condition, behind its phase where
    /// that is not the step's.
    public var cells: [String: [String: String]] = [:]

    public static let path = MusterBinary.packageDirectory + "/docs/reliability.md"
    /// Of a behaviour that a step does not allow.
    public static let impossible = "–"
    public static let completes = "completes"

    public init() {}

    /// - Throws: where the document cannot be read.
    public static func read() throws -> ReliabilityTable {
        var table = ReliabilityTable()
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") where line.hasPrefix("| ")
        {
            let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard fields.count == LoginStep.all.count + 1 else { continue }
            for (step, cell) in zip(LoginStep.all, fields.dropFirst()) {
                table.cells[fields[0], default: [:]][step.name] = cell.replacingOccurrences(of: "`", with: "")
            }
        }
        return table
    }

    public func cell(_ behaviour: HostileBehaviour, _ step: LoginStep) -> String? { cells[behaviour.name]?[step.name] }

    /// How a failure is written in the cell of a step. OpenSSL's words for what is no TLS differ from version to version.
    public static func cell(of step: LoginStep, phase: String, kind: String, condition: String) -> String {
        let name = kind == "tls" || condition.isEmpty ? kind : "\(kind): \(condition)"
        return phase == step.phase ? name : "in \(phase): \(name)"
    }

    public struct Failure: Hashable, Sendable {
        public var phase: String
        public var kind: String
        public var condition: String

        public init(phase: String, kind: String, condition: String) {
            self.phase = phase
            self.kind = kind
            self.condition = condition
        }
    }

    /// The failure that a cell of a step tells of; nil where the login completes.
    public static func failure(in cell: String, of step: LoginStep) -> Failure? {
        guard cell != completes else { return nil }
        var parts = cell.components(separatedBy: ": ")[...]
        let isElsewhere = cell.hasPrefix("in ")
        let phase = isElsewhere ? String(parts.removeFirst().dropFirst("in ".count)) : step.phase
        let kind = parts.removeFirst()
        return Failure(phase: phase, kind: kind, condition: parts.joined(separator: ": "))
    }

    /// The document.
    public func write() throws {
        let steps = LoginStep.all.map(\.name)
        var lines = [
            "| the server, in place of the answer | \(steps.joined(separator: " | ")) |",
            "| --- |" + String(repeating: " --- |", count: steps.count),
        ]
        for behaviour in HostileBehaviour.all {
            let row = LoginStep.all.map { step -> String in
                let cell = cell(behaviour, step) ?? Self.impossible
                return cell == Self.impossible || cell == Self.completes ? cell : "`\(cell)`"
            }
            lines.append("| \(behaviour.name) | \(row.joined(separator: " | ")) |")
        }
        let text = Self.introduction + lines.joined(separator: "\n") + "\n" + Self.rest
        try text.write(toFile: Self.path, atomically: true, encoding: .utf8)
    }

    private static let introduction = """
        # What is told of a server that misbehaves

        Made by `make reliability` from what was seen: each behaviour at each step of a login, four logins at a time, of which
        every other one meets a server that does everything right. In each cell those complete, and the others end with the
        name that stands there: the kind of the failure and its condition as in `failures.csv`, in the phase of the step
        unless another is named. `completes`: it does no harm. A dash: the step leaves no room for it.
        `EngineTests.ReliabilityTests` holds a part of the table in `make test`, all of it in `make test-long`;
        `CommandTests.MixedRunTests` has every count right where all of them come mixed.


        """

    private static let rest = """

        A login that waits is over after `login.timeout`. What a server may make muster keep is in [bounds.md](bounds.md).

        """
}
