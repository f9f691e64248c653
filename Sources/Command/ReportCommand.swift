import ArgumentParser
import Foundation
import Reports
import ResultFiles

/// Draws the page of a result again, whatever became of its run.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Draw the page of a result again.",
        discussion: "Also of a run that goes on, or was killed.")

    @Argument(help: "The result folder.")
    var result: String

    func run() throws {
        let path = try StoredResult.named(result).path
        let page: ReportPage
        do throws(ResultError) {
            for deed in try ResultRepair.repair(path) { Terminal.error("muster: \(deed)") }
            page = ReportPage(try ResultReader.read(path).current)
            try page.replace()
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        Terminal.output("\(page.sentence) (\(path)/\(ResultFile.page.rawValue))")
    }
}

extension StoredResult {
    /// The result in this folder, as a person names it on the command line.
    ///
    /// - Throws: `CommandFailure` where it cannot be read, or is none.
    static func named(_ folder: String) throws -> StoredResult {
        let path = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let result: StoredResult
        do throws(ResultError) { result = try ResultReader.read(path) } catch {
            throw CommandFailure(.wrongUse, "muster: \(error)")
        }
        if ResultFile.ofEveryRun.allSatisfy(result.missing.contains) {
            throw CommandFailure(.wrongUse, "muster: \(folder): no result is in this folder")
        }
        return result
    }
}
