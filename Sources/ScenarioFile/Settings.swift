import Domains
import LoadPlan

/// Writes a plan down as the settings of a scenario.
struct Settings {
    private let plan: RunPlan
    /// The file's scalars by key path, for what the plan has only in another form.
    private let origins: [String: Node.Scalar]
    private var settings: [Scenario.Setting] = []

    static func of(_ plan: RunPlan, _ experiment: ExperimentPlan?, _ root: Node) -> [Scenario.Setting] {
        var origins: [String: Node.Scalar] = [:]
        collect(root, [], into: &origins)
        var writer = Settings(plan: plan, origins: origins)
        writer.write()
        return writer.settings + of(experiment, root, otherwise: writer.settings)
    }

    private init(plan: RunPlan, origins: [String: Node.Scalar]) {
        self.plan = plan
        self.origins = origins
    }

    private static func collect(_ node: Node, _ path: [String], into origins: inout [String: Node.Scalar]) {
        switch node.content {
        case .scalar(let scalar): origins[usualPath(path).joined(separator: ".")] = scalar
        case .list(let elements):
            for (index, element) in elements.enumerated() { collect(element, path + [String(index)], into: &origins) }
        case .map(let entries):
            for entry in entries { collect(entry.value, path + [entry.key], into: &origins) }
        case .broken: return
        }
    }

    /// The path of the form that is rendered, where a value can be written in several.
    private static func usualPath(_ path: [String]) -> [String] {
        if path.first == "thresholds", path.last == "that" { return path.dropLast() }
        if path == ["session", "ping", "whitespace"] { return ["session", "whitespace"] }
        return path
    }

    private mutating func write() {
        writeHead()
        writeTarget()
        writeAccounts()
        writeLogin()
        for (index, stage) in plan.stages.enumerated() { write(stage, "load.\(index)") }
        writeSession()
        for (index, threshold) in plan.rules.enumerated() { write(threshold, "thresholds.\(index)") }
    }

    private mutating func write(_ threshold: Threshold, _ path: String) {
        guard threshold.aborts else { return put(path, threshold.text) }
        put("\(path).that", threshold.text, alias: path)
        put("\(path).abort", "true")
    }

    private func origin(_ path: String) -> Node.Scalar? {
        origins[path] ?? origins[path + ".0"]
    }

    private mutating func put(_ path: String, _ value: String, isIdentity: Bool = true, alias: String? = nil) {
        let origin = origin(path) ?? alias.flatMap(origin)
        let written = origin.flatMap { $0.written.contains("${") ? $0.written : nil } ?? value
        settings.append(
            Scenario.Setting(
                path: path.split(separator: ".").map(String.init), value: value, written: written,
                isIdentity: isIdentity))
    }

    /// File names stand as they are written: the same scenario has the same name for them on every machine.
    private mutating func putFile(_ path: String, _ resolved: String) {
        put(path, origin(path)?.text ?? resolved)
    }

    private mutating func putSecret(_ path: String) {
        let written = origin(path).map { SecretMask.cover($0.written) } ?? SecretMask.hidden
        settings.append(
            Scenario.Setting(
                path: path.split(separator: ".").map(String.init), value: SecretMask.hidden, written: written,
                isIdentity: false))
    }
}

// MARK: - The parts

extension Settings {
    private mutating func writeHead() {
        put("name", plan.name)
        put("seed", String(plan.seed), isIdentity: false)
        put("arrivals", plan.arrivals.rawValue)
        put("interval", Units.text(plan.interval))
    }

    private mutating func writeTarget() {
        let target = plan.target
        put("target.address", target.address.written, isIdentity: false)
        put("target.domain", target.domain.text, isIdentity: target.domain != target.address.defaultDomain)
        put("target.tls", target.tls.rawValue)
        put("target.tls-versions", text(target.tlsVersions))
        for (index, group) in target.tlsGroups.enumerated() { put("target.tls-groups.\(index)", group) }
        write(target.verification)
        put("target.resume", target.resumption.rawValue)
        write(target.process)
        put("target.heap", target.heap.rawValue)
        put("target.owner-consents", String(target.ownerConsents))
        put("target.allow-plain-without-tls", String(target.allowPlainWithoutTLS))
        write(target.embedded)
    }

    private mutating func write(_ embedded: EmbeddedPlan) {
        for (phase, delay) in embedded.delays.sorted(by: { $0.key < $1.key }) {
            put("target.embedded.delay.\(phase)", Units.text(delay))
        }
        if embedded.burn != .zero { put("target.embedded.burn", Units.text(embedded.burn)) }
        if embedded.leak > 0 { put("target.embedded.leak", Units.text(bytes: embedded.leak)) }
        if embedded.failureShare > 0 {
            put("target.embedded.fail", "\((embedded.failureShare * 1e8).rounded() / 1e6)%")
        }
        if let file = embedded.clientAuthorities { putFile("target.embedded.client-ca", file) }
    }

    private func text(_ versions: ClosedRange<Target.TLSVersion>) -> String {
        let bounds = [versions.lowerBound.rawValue, versions.upperBound.rawValue]
        return versions.lowerBound == versions.upperBound ? bounds[0] : bounds.joined(separator: "..")
    }

    private mutating func write(_ verification: Target.Verification) {
        switch verification {
        case .full: put("target.verify", "full")
        case .none: put("target.verify", "none")
        case .certificateAuthority(let file): putFile("target.verify.ca", file)
        case .pin(let digest): put("target.verify.pin", digest)
        }
    }

    private mutating func write(_ process: Target.ServerProcessChoice) {
        switch process {
        case .auto: put("target.process", "auto")
        case .pid(let pid): put("target.process", String(pid))
        case .pidFile(let file): putFile("target.process", file)
        }
    }

    private mutating func writeAccounts() {
        let accounts = plan.accounts
        switch accounts.source {
        case .pattern(let pattern, let count, _):
            put("accounts.pattern", pattern)
            put("accounts.count", String(count))
            putSecret("accounts.password")
        case .list: putFile("accounts.file", "")
        case .anonymous: put("accounts.anonymous", "true")
        }
        put("accounts.order", accounts.order.rawValue)
        if accounts.count != nil { put("accounts.reuse", String(accounts.reuse)) }
        if let resource = accounts.resource { put("accounts.resource", resource) }
        if let files = accounts.certificate {
            putFile("accounts.certificate.cert", files.certificate)
            putFile("accounts.certificate.key", files.key)
        }
    }

    private mutating func writeLogin() {
        let login = plan.login
        write(login.profile)
        write(login.mechanism)
        put("login.scram-cache", String(login.scramCache))
        put("login.force", String(login.force))
        put("login.compression", login.compression.rawValue)
        for (index, step) in login.steps.enumerated() { write(step, "login.steps.\(index)") }
        put("login.roster-version", String(login.rosterVersion))
        put("login.limits.stanza", Units.text(bytes: login.limits.stanzaBytes))
        put("login.limits.iterations", String(login.limits.iterations))
        let timeouts = login.timeouts
        if timeouts.byPhase.isEmpty { put("login.timeout", Units.text(timeouts.otherwise)) }
        for (phase, limit) in timeouts.byPhase.sorted(by: { $0.key < $1.key }) {
            put("login.timeout.\(phase)", Units.text(limit))
        }
    }

    private mutating func write(_ profile: LoginPlan.Profile) {
        put("login.profile", profile.name)
        guard case .sasl2(let bind2, let fast) = profile else { return }
        put("login.bind2", String(bind2))
        put("login.fast", String(fast))
    }

    private mutating func write(_ step: LoginPlan.Step, _ path: String) {
        guard case .own(let own) = step else { return put(path, step.name) }
        put("\(path).name", own.name)
        put("\(path).send", own.send.text)
        if let expect = own.expect { put("\(path).expect", expect) }
    }

    private mutating func write(_ mechanism: LoginPlan.MechanismChoice) {
        switch mechanism {
        case .strongest: put("login.mechanism", "strongest")
        case .preferred(let names) where names.count == 1: put("login.mechanism", names[0])
        case .preferred(let names):
            for (index, name) in names.enumerated() { put("login.mechanism.\(index)", name) }
        }
    }

    private mutating func write(_ stage: Stage, _ path: String) {
        let shape = "\(path).\(stage.shape.kind)"
        for (key, value) in stage.shape.values { put("\(shape).\(key)", value) }
        if case .outage(let outage) = stage.shape, let commands = outage.commands { write(commands, shape) }
        put("\(shape).name", stage.name, alias: "\(path).name")
        if let arrivals = stage.arrivals { put("\(shape).arrivals", arrivals.rawValue, alias: "\(path).arrivals") }
    }

    private mutating func write(_ commands: Outage.Commands, _ path: String) {
        for (index, word) in commands.stop.enumerated() { put("\(path).stop.\(index)", word) }
        for (index, word) in commands.start.enumerated() { put("\(path).start.\(index)", word) }
        put("\(path).timeout", Units.text(commands.timeout))
    }

    private mutating func writeSession() {
        let session = plan.session
        switch session.stay {
        case .for(let duration): put("session.stay", Units.text(duration))
        case .untilEnd: put("session.stay", "until-end")
        }
        switch session.keepalive {
        case .ping(let every): put("session.ping", Units.text(every))
        case .whitespace(let every): put("session.whitespace", Units.text(every))
        case nil: break
        }
        write(session.reconnection)
    }

    private mutating func write(_ policy: ReconnectPolicy?) {
        guard let policy else { return put("session.reconnect", "none") }
        switch policy.schedule {
        case .fixed(let after, let every):
            put("session.reconnect.after", Units.text(after))
            put("session.reconnect.every", Units.text(every))
        case .exponential(let after, let longest, let jitter):
            put("session.reconnect.after", Units.text(after))
            put("session.reconnect.max", Units.text(longest))
            put("session.reconnect.jitter", jitter.rawValue)
        }
        put("session.reconnect.by", policy.way.rawValue)
    }
}

extension Target.Address {
    fileprivate var written: String {
        switch self {
        case .embedded: "embedded"
        case .domain(let name): name
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

extension Stage.Shape {
    fileprivate var kind: String {
        switch self {
        case .ramp: "ramp"
        case .hold: "hold"
        case .burst: "burst"
        case .crowd: "crowd"
        case .outage: "outage"
        case .recovery: "recovery"
        }
    }

    fileprivate var values: [(String, String)] {
        switch self {
        case .ramp(let from, let to, let duration):
            [("from", Units.text(rate: from)), ("to", Units.text(rate: to)), ("for", Units.text(duration))]
        case .hold(let rate, let duration):
            [("rate", Units.text(rate: rate)), ("for", Units.text(duration))]
        case .burst(let logins):
            [("logins", String(logins))]
        case .crowd(let sessions, .after(let duration)):
            [("sessions", String(sessions)), ("for", Units.text(duration))]
        case .crowd(let sessions, .logins(let logins)):
            [("sessions", String(sessions)), ("logins", String(logins))]
        case .outage(let outage): [("for", Units.text(outage.length))]
        case .recovery(let share, let limit): [("share", Units.text(share: share)), ("within", Units.text(limit))]
        }
    }
}
