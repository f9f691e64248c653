import LoadPlan

extension PlanReader {
    func login(_ node: Node) -> LoginPlan? {
        guard let fields = fields(node, "login", keys: Grammar.login) else { return nil }
        var login = LoginPlan(profile: profile(fields))
        if let node = fields["mechanism"], let choice = mechanism(node, login.profile) { login.mechanism = choice }
        if let cache = value(fields["scram-cache"], as: .flag) { login.scramCache = cache }
        if let force = value(fields["force"], as: .flag) { login.force = force }
        if let compression: LoginPlan.Compression = value(fields["compression"], as: .choice) {
            login.compression = compression
        }
        if let flag = value(fields["roster-version"], as: .flag) { login.rosterVersion = flag }
        if let node = fields["steps"] { login.steps = steps(node) }
        if let limits = fields["limits"].flatMap(limits) { login.limits = limits }
        if let timeout = fields["timeout"] { login.timeouts = timeouts(timeout, custom: customSteps(of: node)) }
        return login
    }

    /// The names of the steps that the scenario itself defines: phases like the others.
    func customSteps(of login: Node?) -> [String] {
        let steps = login?.entries?.first { $0.key == "steps" }?.value.content
        guard case .list(let elements)? = steps else { return [] }
        return elements.compactMap { $0.entries?.first { $0.key == "name" }?.value.scalar?.text }
    }
}

// MARK: - Limits

extension PlanReader {
    private func limits(_ node: Node) -> LoginPlan.Limits? {
        guard let fields = fields(node, "limits", keys: Grammar.limits) else { return nil }
        let usual = LoginPlan.Limits()
        return LoginPlan.Limits(
            stanzaBytes: value(fields["stanza"], as: .stanzaLimit) ?? usual.stanzaBytes,
            iterations: value(fields["iterations"], as: .count(1...1_000_000_000)) ?? usual.iterations)
    }
}

extension ValueKind where Value == Int {
    /// RFC 6120 section 13.12 has 10000 bytes as the least that a server may refuse.
    fileprivate static var stanzaLimit: Self {
        Self(expected: "a size such as 512KiB or 4MiB") { scalar throws(ValueError) in
            let size = Int(try Units.size(scalar.text))
            guard (10_000...256 << 20).contains(size) else {
                throw ValueError("a limit from 10000B to 256MiB is possible")
            }
            return size
        }
    }
}

// MARK: - Mechanisms

extension PlanReader {
    private func mechanism(_ node: Node, _ profile: LoginPlan.Profile) -> LoginPlan.MechanismChoice? {
        if let scalar = node.scalar, scalar.text == "strongest" { return .strongest }
        guard case .list(let elements) = node.content else {
            return value(node, as: .mechanism(profile)).flatMap { isPossible($0, node) ? .preferred([$0]) : nil }
        }
        let names = elements.compactMap { element in
            value(element, as: .mechanism(profile)).flatMap {
                isPossible($0, element) ? (name: $0, node: element) : nil
            }
        }
        refuseRepeated(names.map { ($0.name, $0.node) }, "mechanism")
        if elements.isEmpty { diagnostics.refuse(node.place, "expected at least one mechanism, found an empty list") }
        return names.isEmpty ? nil : .preferred(names.map(\.name))
    }

    private func isPossible(_ name: String, _ node: Node) -> Bool {
        guard NotYetSupported.mechanisms.contains(name) else { return true }
        diagnostics.refuse(node.place, "the mechanism \(name) is not yet supported")
        return false
    }

    func refuseRepeated(_ names: [(name: String, node: Node)], _ what: String) {
        var seen: Set<String> = []
        for (name, node) in names where !seen.insert(name).inserted {
            diagnostics.refuse(node.place, "\(what) \(name) is given twice")
        }
    }
}

extension ValueKind where Value == String {
    /// A mechanism that this version speaks, or knows by name.
    fileprivate static func mechanism(_ profile: LoginPlan.Profile) -> Self {
        Self(expected: profile.mechanismExample) { scalar throws(ValueError) in
            let known = profile.mechanisms
            guard scalar.text != "strongest" else {
                throw ValueError("strongest stands alone: a list is your own order of preference")
            }
            guard !scalar.text.hasPrefix("HT-SHA-256-") else {
                throw ValueError("\(scalar.text) logs in by a token: say profile: sasl2 and fast: true")
            }
            guard known.contains(scalar.text) else {
                throw .other(Nearest.to(scalar.text, among: known + ["strongest"]))
            }
            return scalar.text
        }
    }
}

enum Mechanisms {
    static let spoken = [
        "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS",
        "SCRAM-SHA-512-PLUS", "DIGEST-MD5", "CRAM-MD5", "ANONYMOUS",
        "JIVE-SHAREDSECRET", "OAUTHBEARER", "EXTERNAL",
    ]
}

// MARK: - Steps

extension PlanReader {
    private func steps(_ node: Node) -> [LoginPlan.Step] {
        guard let elements = list(node, of: "steps") else { return [] }
        let steps = elements.compactMap { element in step(element).map { (step: $0, node: element) } }
        refuseRepeated(steps.map { ($0.step.name, $0.node) }, "step")
        if elements.first?.scalar?.text != "bind" { refuseUnbound(elements.first ?? node) }
        refuseTooMany(elements.filter { $0.entries != nil })
        return steps.map(\.step)
    }

    private func step(_ node: Node) -> LoginPlan.Step? {
        node.entries == nil ? value(node, as: .step) : ownStep(node).map(LoginPlan.Step.own)
    }

    private func refuseTooMany(_ own: [Node]) {
        guard own.count > LoginPlan.OwnStep.most else { return }
        diagnostics.refuse(
            own[LoginPlan.OwnStep.most].place, "a login has at most \(LoginPlan.OwnStep.most) steps of your own")
    }

    private func refuseUnbound(_ node: Node) {
        guard !node.isBroken else { return }
        diagnostics.refuse(node.place, "the first step is bind: nothing can be asked before it")
    }
}

extension ValueKind where Value == LoginPlan.Step {
    /// A step that every scenario can name.
    fileprivate static var step: Self {
        let names = LoginPlan.Step.standard.map(\.name)
        return Self(expected: names.joinedByOr + ", or a step of your own") { scalar throws(ValueError) in
            guard let step = LoginPlan.Step.standard.first(where: { $0.name == scalar.text }) else {
                throw .other(Nearest.to(scalar.text, among: names))
            }
            return step
        }
    }
}

// MARK: - Timeouts

extension PlanReader {
    private func timeouts(_ node: Node, custom: [String]) -> LoginPlan.Timeouts {
        guard let entries = node.entries else {
            return LoginPlan.Timeouts(otherwise: value(node, as: .span) ?? LoginPlan.Timeouts().otherwise)
        }
        var timeouts = LoginPlan.Timeouts()
        for entry in entries where isTimed(entry, custom: custom) {
            if let limit = value(entry.value, as: .span) { timeouts.byPhase[entry.key] = limit }
        }
        return timeouts
    }

    private func isTimed(_ entry: Node.Entry, custom: [String]) -> Bool {
        let timed = Phases.limited + custom
        if timed.contains(entry.key) { return true }
        let isMeasured = Phases.all.contains(entry.key)
        diagnostics.refuse(
            entry.keyPlace,
            isMeasured
                ? "\(entry.key) has no timeout of its own" : "unknown phase \"\(entry.key.shortened)\" in timeout",
            suggestion: isMeasured ? nil : Nearest.to(entry.key, among: timed))
        return false
    }
}

/// The phases of a login, as files and thresholds name them.
enum Phases {
    /// Those that wait for somebody else.
    static let timed = [
        "connect", "greeting", "starttls", "tls", "offer", "compress", "sasl", "iq-auth", "restart", "resume", "bind",
        "session", "roster", "enable", "login",
    ]
    /// Those that say once more, under another name, what has been counted.
    static let labels = [
        "tls.full", "tls.resumed", "sasl.1", "sasl.2", "sasl.3", "sasl.4", "sasl.full", "sasl.fast",
    ]
    /// Every row that `summary.csv` may have, own steps aside.
    static let all =
        ["resolve"] + timed + labels + [
            "due", "lag", "read.lag", "client.tls", "client.sasl", "client.wait", "online", "reconnect", "register",
        ]
    /// A session that is online waits for the answer to a ping.
    static let limited = timed + ["online"]
    /// Names that a step of the scenario's own cannot have: those of files' rows, of steps, and words of thresholds.
    static let taken = Set(
        all + LoginPlan.Step.standard.map(\.name) + [
            "failures", "disconnects", "drift", "residue", "server",
        ])
}
