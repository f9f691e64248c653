import ArgumentParser
import Foundation
import Reports
import ResultFiles

/// What changed from one result to another of the same scenario.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say what changed between two results.",
        discussion: "Both are of one scenario. The exit code is 1 on a regression, and 4 where they are not comparable."
    )

    @Argument(help: "The result folder of the run before.")
    var before: String

    @Argument(help: "The result folder of the run after.")
    var after: String

    @Option(help: "The share of change that is no news, as in 5%.")
    var tolerance = Tolerance(share: 0.05)

    @Option(help: "Of the resampling: the same seed gives the same intervals.")
    var seed: UInt64 = 1

    @Option(help: "The page to write; without it compare.html, compare-2.html ... in the second folder.")
    var output: String?

    @Flag(help: "Only the last line.")
    var quiet = false

    @Flag(help: "No colours.")
    var noColor = false

    func run() throws {
        let (first, second) = (try read(before), try read(after))
        try expectOneScenario(first, second)
        let compared = ComparedRuns(first, second, tolerance: tolerance.share, seed: seed)
        if !quiet { Terminal.output(compared.text(isColored: Terminal.isColored(noColor: noColor))) }
        let page = ComparisonPage(compared, before: first, after: second)
        Terminal.output(compared.sentence + (try write(page, beside: second)))
        throw ExitStatus(compared.outcome)
    }

    /// Returns where it is; a page that cannot be written takes nothing from the verdict.
    private func write(_ page: ComparisonPage, beside result: StoredResult) throws -> String {
        let bytes = Array(page.html.utf8)
        do throws(ResultError) {
            guard let output else {
                return " (\(try NewFile.create("compare", "html", in: result.path, with: bytes)))"
            }
            try NewFile.create(output, with: bytes)
            return " (\(output))"
        } catch {
            if output != nil { throw CommandFailure(.wrongUse, "muster: \(error)") }
            Terminal.error("muster: \(error)")
            return ""
        }
    }

    private func read(_ folder: String) throws -> StoredResult {
        let result = try StoredResult.named(folder)
        guard result.run != nil else {
            throw CommandFailure(.wrongUse, "muster: \(folder): no result is in this folder")
        }
        for file in [ResultFile.log, .intervals, .system] where result.missing.contains(file) {
            throw CommandFailure(.wrongUse, "muster: \(folder): \(file.rawValue) is missing")
        }
        return result
    }

    private func expectOneScenario(_ first: StoredResult, _ second: StoredResult) throws {
        guard let one = first.run, let other = second.run else { return }
        if let difference = one.difference(from: other) {
            throw CommandFailure(.wrongUse, "muster: these are results of different scenarios: \(difference)")
        }
        if one.experiment != nil {
            throw CommandFailure(
                .wrongUse, "muster: \(before): a result of compare: is compared already; see its compare.csv")
        }
    }
}

extension ExitStatus {
    fileprivate init(_ outcome: ComparedRuns.Outcome) {
        switch outcome {
        case .noRegression: self = .passed
        case .regression: self = .failed
        case .notComparable: self = .saturated
        }
    }
}

/// `5%`
struct Tolerance: ExpressibleByArgument {
    let share: Double

    init(share: Double) { self.share = share }

    init?(argument: String) {
        guard argument.hasSuffix("%"), let percent = Double(argument.dropLast()), (0...1000).contains(percent) else {
            return nil
        }
        share = percent / 100
    }

    var defaultValueDescription: String { Format.share(share).replacing(" ", with: "") }
}
