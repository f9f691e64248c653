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
        var known: [(name: String, node: Node)] = []
        for element in elements {
            if element.entries != nil {
                checkCustomStep(element)
            } else if let step: LoginPlan.Step = value(element, as: .choice) {
                known.append((step.rawValue, element))
            }
        }
        refuseRepeated(known, "step")
        if elements.first?.scalar?.text != "bind" { refuseUnbound(elements.first ?? node) }
        return known.compactMap { LoginPlan.Step(rawValue: $0.name) }
    }

    private func refuseUnbound(_ node: Node) {
        guard !node.isBroken else { return }
        diagnostics.refuse(node.place, "the first step is bind: nothing can be asked before it")
    }

    private func checkCustomStep(_ node: Node) {
        guard let fields = fields(node, "a step", keys: ["name", "send", "expect"]) else { return }
        let name = value(fields["name"], as: .name("a name for the step"))
        for key in ["name", "send"] where fields[key] == nil { diagnostics.miss(key, from: fields.place) }
        _ = value(fields["send"], as: .text("a stanza"))
        _ = value(fields["expect"], as: .text("an XPath"))
        if let name, Phases.all.contains(name) {
            diagnostics.refuse(fields["name"]?.place ?? node.place, "\(name) is a phase already: use another name")
        }
        diagnostics.refuse(node.place, notYet: .customStep)
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
    static let labels = ["tls.full", "tls.resumed", "sasl.full", "sasl.fast"]
    static let all = ["resolve"] + timed + labels + ["due", "lag", "client.tls", "client.sasl", "reconnect"]
    /// A session that is online waits for the answer to a ping.
    static let limited = timed + ["online"]
}
