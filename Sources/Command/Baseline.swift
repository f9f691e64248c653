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
    /// One run, or as many nights as tell how nights differ, the newest first.
    private let paths: [String]
    /// How sure it can be.
    let note: String?

    private var name: String {
        paths.count > 1
            ? "the last \(paths.count) that passed" : URL(fileURLWithPath: paths[0]).lastPathComponent
    }

    /// The share of change that is no news, as in `muster compare`.
    private static let tolerance = 0.05
    private static let mostNights = 30

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
            let passed = archive.passed(scenarioHash: run.scenarioHash).prefix(Self.mostNights)
            guard let latest = passed.first else { return nil }
            let isEnough = passed.count >= NightSpread.fewestNights
            paths = isEnough ? passed.map(\.path) : [latest.path]
            note =
                isEnough
                ? nil
                : "the baseline rests on one night: from \(NightSpread.fewestNights) on that passed (\(passed.count) did), "
                    + "how nights differ is known"
        case .folder(let folder): (paths, note) = ([try Self.path(folder, for: run)], nil)
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
            // This run is over, though its files do not say so yet.
            var after = try ResultReader.read(folder)
            after.run?.state = .finished
            if paths.count > 1 { return try compare(withNights: after.current) }
            let compared = ComparedRuns(try ResultReader.read(paths[0]), after, tolerance: Self.tolerance, seed: seed)
            return Evidence.Baseline(
                name: name, regressions: compared.outcome == .regression ? compared.regressions : [],
                reason: compared.undecided)
        } catch {
            return Evidence.Baseline(name: name, regressions: [], reason: "\(error)")
        }
    }
    private func compare(withNights tonight: StoredResult) throws(ResultError) -> Evidence.Baseline {
        var nights: [StoredResult] = []
        for path in paths { nights.append(try ResultReader.tables(path)) }
        return Evidence.Baseline(
            name: name, regressions: NightSpread(nights).regressions(tonight, tolerance: Self.tolerance))
    }
}
