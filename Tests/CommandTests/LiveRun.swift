import Foundation
import ResultFiles
import TestSupport

/// A run that a test looks at and disturbs while it goes on.
final class LiveRun: Sendable {
    /// The text of a scenario that logs in by PLAIN and writes down each second.
    static func scenario(_ target: String, _ load: String, more: String = "") -> String {
        """
        name: live
        interval: 1s
        target: \(target)
        accounts: {count: 5000, password: "${MUSTER_PASSWORD:-pw}"}
        login: {mechanism: PLAIN}
        load: [\(load)]
        \(more)
        """
    }

    let process: ChildProcess
    private let folder: TemporaryDirectory

    init(_ scenario: String) throws {
        folder = try TemporaryDirectory("run")
        let path = try folder.write(scenario, to: "scenario.yml")
        process = try MusterBinary.start(
            ["run", path, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
    }

    /// What is on disk now.
    func result() throws -> StoredResult { try ResultReader.read(folder.path("results/latest")) }

    /// Returns once `condition` holds of what is on disk.
    func await(
        _ sentence: String, within limit: Duration = .seconds(30), _ condition: (StoredResult) -> Bool
    ) async throws {
        try await awaitCondition(sentence, within: limit) {
            guard process.isRunning, let result = try? result() else { return false }
            return condition(result)
        }
    }
}

extension StoredResult {
    /// The row of a phase over all stages.
    func total(_ phase: String) -> SummaryRow? {
        summary.first { $0.phase == phase && $0.stage == SummaryRow.allStages }
    }

    /// The intervals of a phase, in their order.
    func intervals(of phase: String) -> [IntervalRow] { intervals.filter { $0.phase == phase } }
}
