import ArgumentParser
import Foundation
import Reports
import ResultFiles

/// What `--baseline` asks for.
enum BaselineChoice: ExpressibleByArgument {
    case latestPassed
    case folder(String)

    init(argument: String) { self = argument == "latest-passed" ? .latestPassed : .folder(argument) }
}

/// The run that another one is held against.
struct Baseline {
    private let path: String

    private var name: String { URL(fileURLWithPath: path).lastPathComponent }

    /// The share of change that is no news, as in `muster compare`.
    private static let tolerance = 0.05

    /// Looks before anything is sent.
    ///
    /// - Returns: nil where no run of this scenario has passed yet.
    /// - Throws: `CommandFailure` where the folder holds no result of this scenario.
    init?(_ choice: BaselineChoice, for run: RunDescription, in results: String) throws {
        if run.experiment != nil {
            throw CommandFailure(.wrongUse, "muster: --baseline: a scenario with compare: has its baseline in itself")
        }
        switch choice {
        case .latestPassed:
            let archive = ResultArchive(of: run.name, in: results)
            guard let entry = archive.latestPassed(scenarioHash: run.scenarioHash) else { return nil }
            path = entry.path
        case .folder(let folder): path = try Self.path(folder, for: run)
        }
    }

    private static func path(_ folder: String, for run: RunDescription) throws -> String {
        let path = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let found: RunDescription?
        do throws(ResultError) { found = try ResultReader.description(path) } catch {
            throw CommandFailure(.wrongUse, "muster: --baseline: \(error)")
        }
        guard let found else {
            throw CommandFailure(.wrongUse, "muster: --baseline \(folder): no result is in this folder")
        }
        if let difference = found.difference(from: run) {
            throw CommandFailure(
                .wrongUse, "muster: --baseline \(folder): a result of another scenario: \(difference)")
        }
        return path
    }

    /// Holds a run against it, by what is in both folders.
    func compare(with folder: String, seed: UInt64) -> Evidence.Baseline {
        do throws(ResultError) {
            let compared = ComparedRuns(
                try ResultReader.read(path), try ResultReader.read(folder), tolerance: Self.tolerance, seed: seed)
            return Evidence.Baseline(
                name: name, regressions: compared.regressions,
                reason: compared.isConclusive ? nil : "too few intervals to compare")
        } catch {
            return Evidence.Baseline(name: name, regressions: [], reason: "\(error)")
        }
    }
}
