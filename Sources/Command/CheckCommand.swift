import ArgumentParser
import Engine
import LoadPlan
import Reports
import ScenarioFile
import Transport

/// Validates a scenario and says what it would do; sends nothing to its target. Of a domain DNS is asked.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Validate a scenario and print its plan.",
        discussion: "It is printed with all of its defaults. Nothing is sent to the target.")

    @OptionGroup var options: ScenarioOptions

    func run() throws {
        let scenario = try options.read()
        guard scenario.objections.isEmpty else {
            throw CommandFailure(.wrongUse, scenario.objections.map(\.rendered).joined(separator: "\n"))
        }
        Terminal.output(scenario.rendered())
        for warning in scenario.warnings { Terminal.error(warning.rendered) }
        Terminal.output(PlanText(scenario.plan).text)
        if let experiment = scenario.experiment { Terminal.output(experiment.words) }
        for line in try servers(scenario.plans) { Terminal.output(line) }
    }

    /// Where each domain leads; nothing is asked of those that name their host.
    private func servers(_ plans: [RunPlan]) throws -> [String] {
        let search = ServerSearch(resolver: try .ofEnvironment())
        var lines: [String] = []
        for plan in plans where plan.target.address.isDomain {
            let target = try RunTarget(agreed: plan, search)
            let addresses = target.addresses.map(\.description).joined(separator: ", ")
            let found = target.remarks.map { "# \($0)" } + ["# tried in this order: \(addresses)"]
            if !found.allSatisfy(lines.contains) { lines += found }
        }
        return lines
    }
}

extension Target.Address {
    fileprivate var isDomain: Bool { if case .domain = self { true } else { false } }
}

extension ExperimentPlan {
    fileprivate var words: String {
        let names = variants.map(\.name).joined(separator: ", ")
        let length = Format.duration(nanoseconds: duration.inSeconds * 1e9)
        let more =
            extendsWarmUp
            ? ", or up to \(mostWarmUpBlocks) until the server's processor time per login has stopped falling" : ""
        return """
            # compared: \(names)
            # all of this for each of them in each of \(blocks) blocks, after a block to warm up\(more): \(length) at least
            """
    }
}

/// A plan's figures in words.
struct PlanText {
    private let plan: RunPlan
    private let summary: PlanSummary

    init(_ plan: RunPlan) {
        self.plan = plan
        summary = PlanSummary(plan)
    }

    var text: String {
        (["# the plan"] + stageLines + totalLines + machineLines + ruleLines).joined(separator: "\n")
    }

    private var ruleLines: [String] { plan.rules.map { "# judged by: \($0.text)" } }

    private var stageLines: [String] {
        summary.stages.map { stage in
            if let pause = stage.pause { return "# \(stage.name): \(Self.words(pause))" }
            let length =
                stage.duration.map { "for \(Format.duration(nanoseconds: $0.inSeconds * 1e9))" }
                ?? "until its logins are over"
            let rates = stage.rates.map { "\(Format.rate($0.rate))/s" }
            let rate =
                rates.isEmpty
                ? "" : ", " + (rates.first == rates.last ? rates[0] : "\(rates[0]) to \(rates[rates.count - 1])")
            return "# \(stage.name): \(Self.words(stage.logins)) \(length)\(rate)"
        }
    }

    private var totalLines: [String] {
        var lines = [
            "# in all: \(Self.words(summary.logins)), at most \(Format.count(summary.greatestConcurrency)) sessions at once"
        ]
        if let sessions = summary.sessionsPerAccount {
            lines.append(
                "# accounts: \(Format.count(plan.accounts.count ?? 0)), at most \(Int(sessions.rounded(.up))) sessions on one at a time"
            )
        }
        let memory = summary.memory / (1 << 20)
        lines.append(
            "# this machine gives: \(Format.count(summary.sockets)) sockets, \(summary.sourceAddresses) source addresses, about \(memory) MiB"
        )
        return lines
    }

    private static func words(_ logins: LoginCount?) -> String {
        switch logins {
        case .exact(let count): "\(Format.count(count)) logins"
        case .expected(let mean): "about \(Format.count(Int(mean.rounded()))) logins"
        case nil: "as many logins as the server allows"
        }
    }

    private static func words(_ pause: StageSummary.Pause) -> String {
        switch pause {
        case .outage(let length):
            "no server for \(Format.duration(nanoseconds: length.inSeconds * 1e9)) and what stop and start take"
        case .recovery(let share, let limit):
            "at most \(Format.duration(nanoseconds: limit.inSeconds * 1e9)) until \(Format.share(share)) are back"
        }
    }

    private var budget: DescriptorBudget {
        DescriptorBudget(lanes: RunCommand.usualLanes, embeddedServers: plan.target.address == .embedded ? 1 : 0)
    }

    private var machineLines: [String] {
        let granted = DescriptorLimit.hard
        let fits = budget.sessions(of: granted)
        guard fits < summary.greatestConcurrency else {
            return ["# fits: the descriptor limit is \(Format.count(granted))"]
        }
        return [
            "# does not fit: the descriptor limit of \(Format.count(granted)) allows \(Format.count(fits)) sessions in one process"
        ]
    }
}
