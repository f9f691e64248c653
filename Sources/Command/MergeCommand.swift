import ArgumentParser
import Metrics
import Reports
import ResultFiles

/// Makes one result of those of several injectors.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Make one result of several injectors' results.",
        discussion: "It is judged as one run would be; it never passes where one of them did not run to its end.")

    @Argument(help: "The result folders, two or more, of one scenario.")
    var results: [String]

    @Option(help: "The new folder; without it one is made in Results, named after the scenario.")
    var output: String?

    func validate() throws {
        guard results.count > 1 else { throw ValidationError("merge: two results or more are expected") }
    }

    func run() throws {
        let shards = try results.map(StoredResult.named)
        let merge: ResultMerge
        do throws(ResultMerge.Refusal) { merge = try ResultMerge(shards).judged } catch {
            throw CommandFailure(.wrongUse, "muster: \(error.reason)")
        }
        for warning in merge.warnings { Terminal.error("muster: warning: \(warning)") }
        do throws(ResultError) {
            let folder = try write(merge)
            let page = ReportPage(try ResultReader.read(folder))
            try page.replace()
            Terminal.output("merged \(Format.count(results.count)) results: \(page.sentence) (\(folder))")
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        throw merge.description.verdict.flatMap { ExitStatus(rawValue: Int32($0.exitCode)) } ?? .saturated
    }

    private func write(_ merge: ResultMerge) throws(ResultError) -> String {
        if let output {
            try merge.write(to: output)
            return output
        }
        let description = merge.description
        let started = WallTime(iso8601: description.startedAt) ?? .now
        let folder = try ResultFolder.create(in: "Results", name: description.name, startedAt: started)
        if let remark = folder.remark { Terminal.error("muster: \(remark)") }
        try merge.writeFiles(in: folder.path)
        return folder.path
    }
}
