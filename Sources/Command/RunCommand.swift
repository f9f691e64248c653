import ArgumentParser
import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import ResultFiles
import ScenarioFile
import Transport

/// Runs a scenario and exits with the verdict.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a scenario and exit with the verdict.",
        discussion: "It leaves a result folder, whose path stands on the last line.")

    @OptionGroup var options: ScenarioOptions

    @Option(help: "Where the result folder is made.")
    var results = "Results"

    @Option(
        help: ArgumentHelp(
            "Hold the run against another one of the same scenario; a regression fails it.",
            discussion: "latest-passed is the newest in the results folder that passed; where five or more did, all of "
                + "them: how nights differ is then known.",
            valueName: "latest-passed|folder"))
    var baseline: BaselineChoice?

    @Option(help: "Afterwards, remove all but the newest so many results of the same name.")
    var keep: Int?

    @Flag(help: "Only the one-line verdict, on standard output.")
    var quiet = false

    @Flag(help: "Only run.json, on standard output.")
    var json = false

    @Flag(help: "No colours.")
    var noColor = false

    @Option(help: ArgumentHelp("Serve a live page, and /metrics for Prometheus.", valueName: "address:port"))
    var live: LiveAddress?

    @Flag(help: "The live page may be on an address that others reach.")
    var livePublic = false

    @Option(help: "How many event loops share the load.")
    var lanes = usualLanes

    /// The server under test wants processors as well, where it is on this machine.
    static var usualLanes: Int { max(1, ProcessInfo.processInfo.activeProcessorCount / 2) }

    func validate() throws {
        try Self.check(lanes: lanes)
        if let keep, keep < 1 { throw ValidationError("--keep \(keep): 1 or more is expected") }
        guard let live, !live.isLoopback, !livePublic else { return }
        throw ValidationError(
            "--live \(live.host):\(live.port): others reach this address: add --live-public if they may")
    }

    static func check(lanes: Int) throws {
        guard (1...64).contains(lanes) else { throw ValidationError("--lanes \(lanes): 1 to 64 is expected") }
    }

    func run() throws {
        let scenario = try options.read()
        let shortage = try prepareMachine(scenario.plans)
        let audience = RunAudience(view: liveView, page: try live.map(LivePublisher.init))
        for warning in scenario.warnings + scenario.objections { Terminal.error(warning.rendered) }
        if let shortage { Terminal.error("muster: \(shortage)") }
        let children = try EmbeddedChildren(for: scenario.plans)
        defer { children.stop() }
        let session = try RunSession(
            scenario, children: children, lanes: lanes, results: results, baseline: baseline,
            notes: [shortage].compactMap { $0 }, audience: audience)
        let report = session.waitForTheEnd()
        prune(scenario.plan.name)
        try print(report)
        throw report.status
    }

    private func prune(_ name: String) {
        guard let keep else { return }
        let removed = ResultArchive(of: name, in: results).prune(keeping: keep)
        if !removed.isEmpty { Terminal.error("muster: --keep \(keep): removed \(removed.joined(separator: ", "))") }
    }

    private var liveView: LiveView? {
        guard !quiet, !json else { return nil }
        return LiveView(
            isDrawn: Terminal.isInteractive, isColored: Terminal.isColored(noColor: noColor, on: STDERR_FILENO))
    }

    /// Looks at the limits, and raises that of descriptors as far as it goes; what does not fit is said now, not when it fails.
    private func prepareMachine(_ plans: [RunPlan]) throws -> String? {
        let wanted = plans.map { PlanSummary($0).greatestConcurrency }.max() ?? 0
        let budget = DescriptorBudget(
            lanes: lanes, embeddedServers: plans.filter { $0.target.address == .embedded }.count, isLive: live != nil)
        try MemoryBudget.claim()
        let granted = try budget.claim(sessions: wanted)
        let fits = budget.sessions(of: granted)
        guard fits < wanted else { return nil }
        return "the descriptor limit of \(granted) allows \(fits) sessions at once; the plan may want \(wanted)"
    }

    private func print(_ report: RunReport) throws {
        if json { return Terminal.output(try report.json()) }
        if !quiet { Terminal.output(report.summary(isColored: Terminal.isColored(noColor: noColor))) }
        if let reason = report.errorLine { Terminal.error(reason) }
        Terminal.output(report.verdictLine)
    }
}
