import Domains
import LoadPlan

/// Makes a plan of a tree. Every part is read even where another is wrong, so that all errors are found at once.
struct PlanReader {
    let diagnostics: Diagnostics
    /// The scenario's folder with its slash, or nothing: what relative file names start from.
    let folder: String
    let defaultSeed: UInt64
    let check: PlanCheck
    let accountFiles = AccountFiles()

    /// The plan; nil where something was refused.
    func read(_ root: Node) -> RunPlan? {
        guard let fields = fields(root, "the scenario", keys: Grammar.scenario) else { return nil }
        let name = value(fields["name"], as: .name("a name for the result folder"))
        let stages = fields["load"].map(stages) ?? []
        let login = fields["login"].flatMap(login) ?? LoginPlan()
        let target = fields["target"].flatMap(target)
        let session = fields["session"].flatMap(session) ?? SessionPlan()
        requireKeys(fields)
        var plan = RunPlan(
            name: name ?? "", seed: value(fields["seed"], as: .seed) ?? defaultSeed,
            arrivals: value(fields["arrivals"], as: .choice) ?? .even, interval: .zero,
            target: target ?? Target(address: .embedded, domain: "localhost"), login: login, stages: stages,
            session: session)
        plan.interval = interval(fields["interval"], stages: stages)
        plan.thresholds = thresholds(
            fields["thresholds"],
            ThresholdSubjects(
                phases: Phases.all + customSteps(of: fields["login"]), stages: stages, interval: plan.interval))
        readAccounts(fields, target: target, into: &plan)
        checkTogether(fields, target: target, plan)
        ask(check, about: plan, root)
        return diagnostics.hasErrors ? nil : plan
    }

    private func requireKeys(_ fields: Fields) {
        for key in ["name", "target", "load"] where fields[key] == nil { diagnostics.miss(key, from: fields.place) }
    }

    /// The interval files have a row a second in runs under five minutes, else one in ten.
    private func interval(_ node: Node?, stages: [Stage]) -> Duration {
        let planned = stages.reduce(Duration.zero) { $0 + ($1.duration ?? .zero) }
        let usual: Duration = planned < .seconds(300) ? .seconds(1) : .seconds(10)
        guard let node, let interval = value(node, as: .duration(from: .seconds(1), to: .seconds(3600))) else {
            return usual
        }
        if interval.components.attoseconds != 0 { diagnostics.refuse(node.place, "an interval is whole seconds") }
        return interval
    }
}

// MARK: - What only shows when the parts are seen together

extension PlanReader {
    private func checkTogether(_ fields: Fields, target: Target?, _ plan: RunPlan) {
        if let target, let node = fields["target"] { checkPlain(node, target, plan.login) }
        checkTokens(fields, plan)
        checkExternal(fields, target, plan)
        checkTickets(fields, target, plan.accounts)
        checkBinding(fields, target, plan.login)
        checkReuse(fields, plan)
        checkProfile(fields, plan)
        checkCrowds(fields, plan)
        checkReconnection(fields, plan)
        checkOutages(fields, target, plan)
        warn(fields, plan)
    }

    /// PLAIN shows the password to everybody on the way.
    private func checkPlain(_ node: Node, _ target: Target, _ login: LoginPlan) {
        guard target.tls == .none, !target.isLoopback, !target.allowPlainWithoutTLS else { return }
        guard let subject = plainUse(of: login.mechanism) else { return }
        let tls = node.entries?.first { $0.key == "tls" }?.value
        diagnostics.refuse(
            tls?.place ?? node.place,
            "\(subject) without TLS off this machine shows every password: use TLS or another mechanism, "
                + "or say allow-plain-without-tls: true")
    }

    /// How the choice comes to use PLAIN; nil where it cannot.
    private func plainUse(of choice: LoginPlan.MechanismChoice) -> String? {
        switch choice {
        case .strongest: "strongest may choose PLAIN, and PLAIN"
        case .preferred(let names): names.contains("PLAIN") ? "PLAIN" : nil
        }
    }

    /// OAUTHBEARER logs in with a token, the others with a password; each account needs what it is asked for.
    private func checkTokens(_ fields: Fields, _ plan: RunPlan) {
        let names = if case .preferred(let names) = plan.login.mechanism { names } else { ["strongest"] }
        let accounts = if case .list(let accounts) = plan.accounts.source { accounts } else { [Accounts.Account]() }
        if names.contains("OAUTHBEARER"), accounts.isEmpty || accounts.contains(where: { $0.token == nil }) {
            diagnostics.refuse(
                fields.place(of: "login"),
                "OAUTHBEARER needs a token for each account: accounts.file with a column named token")
        }
        guard let account = accounts.first(where: { $0.password.plain.isEmpty }),
            let name = names.first(where: { $0 != "OAUTHBEARER" && $0 != "EXTERNAL" })
        else { return }
        diagnostics.refuse(
            fields.place(of: "accounts"), "\(name) needs a password, and the account \(account.username) has none")
    }

    /// What binds to a TLS connection needs one.
    private func checkBinding(_ fields: Fields, _ target: Target?, _ login: LoginPlan) {
        guard target?.tls == Target.TLSMode.none, case .preferred(let names) = login.mechanism,
            let name = names.first(where: { $0.hasSuffix("-PLUS") })
        else { return }
        diagnostics.refuse(fields.place(of: "login"), "\(name) binds to the TLS connection, and tls is none")
    }

    /// A slot whose session never ends cannot start the attempts that are left.
    private func checkCrowds(_ fields: Fields, _ plan: RunPlan) {
        guard plan.session.stay == .untilEnd, case .list(let nodes)? = fields["load"]?.content else { return }
        for (stage, node) in zip(plan.stages, nodes) {
            guard case .crowd(let sessions, .logins(let logins)) = stage.shape, logins > sessions else { continue }
            diagnostics.refuse(
                node.place, "a crowd of \(sessions) sessions that stay until-end never starts \(logins) logins")
        }
    }

    private func warn(_ fields: Fields, _ plan: RunPlan) {
        let login = plan.login
        if login.scramCache, case .preferred(let names) = login.mechanism, !names.contains(where: isSCRAM) {
            diagnostics.warn(fields.place(of: "login"), "scram-cache does nothing without a SCRAM mechanism")
        }
        warnWithoutTLS(fields, plan)
        guard !diagnostics.hasErrors, let count = plan.accounts.count, plan.accounts.resource != nil else { return }
        let needed = PlanSummary(plan).greatestConcurrency
        guard needed > count else { return }
        diagnostics.warn(
            fields.place(of: "accounts"),
            "about \(needed) sessions at once on \(count) accounts with a fixed resource: "
                + "logins without a free account fail")
    }

    /// What only TLS could make use of.
    private func warnWithoutTLS(_ fields: Fields, _ plan: RunPlan) {
        let target = plan.target
        guard target.tls == .none else { return }
        let idle = [
            ("resume", target.resumption != .none), ("tls-groups", !target.tlsGroups.isEmpty),
            ("accounts.certificate", plan.accounts.certificate != nil),
        ]
        for (key, isGiven) in idle where isGiven {
            diagnostics.warn(fields.place(of: "target"), "\(key) does nothing without TLS")
        }
    }

    private func isSCRAM(_ name: String) -> Bool { name.hasPrefix("SCRAM-") }
}
