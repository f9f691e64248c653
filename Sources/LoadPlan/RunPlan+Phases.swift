// Which phases the logins of a plan can have: the one place that knows. What a server may do or leave can occur; what the
// plan itself rules out cannot.

extension RunPlan {
    /// Why no login of this plan ever has a figure of the phase with this name; nil where one may.
    public func whyNever(phase: String) -> String? {
        if let reason = neverInConnection(phase) ?? neverInAuthentication(phase) { return reason }
        switch phase {
        case "bind": return login.profile == .iqAuth ? "jabber:iq:auth binds by itself" : nil
        case "session", "roster", "enable": return whyNever(step: phase)
        case "resume":
            return session.reconnection?.way == .resume ? nil : "no session is resumed: reconnect has no by: resume"
        case "reconnect": return session.reconnection == nil ? "session.reconnect is none" : nil
        case "online": return "it has failures only: \"disconnects < SHARE\" judges them"
        case "register": return "accounts are made before a run, by muster provision"
        default: return whyNever(ownStep: phase)
        }
    }

    private func neverInConnection(_ phase: String) -> String? {
        switch phase {
        case "resolve" where !target.address.isName: "the target's address is no name that DNS is asked for"
        case "greeting" where target.tls == .direct: "with tls: direct the first stream is that of the phase offer"
        case "starttls" where target.tls != .starttls: "tls is \(target.tls.rawValue)"
        case "tls", "tls.full", "tls.resumed", "client.tls", "offer":
            target.tls == .none
                ? "tls is none"
                : phase.hasPrefix("tls.") && !target.resumes ? "no ticket is used again: target.resume is none" : nil
        case "compress" where login.compression == .none: "login.compression is none"
        default: nil
        }
    }

    private func neverInAuthentication(_ phase: String) -> String? {
        let isOfSASL = ["sasl", "restart", "client.sasl"].contains(phase) || phase.hasPrefix("sasl.")
        if isOfSASL, login.profile == .iqAuth { return "login.profile is iq-auth" }
        if phase == "iq-auth", login.profile != .iqAuth { return "login.profile is \(login.profile.name)" }
        switch phase {
        case "sasl.full", "sasl.fast":
            return login.profile.usesTokens ? nil : "no tokens are asked for: login.fast is false"
        case "sasl.1", "sasl.2", "sasl.3", "sasl.4":
            let most = login.mostRounds
            guard let round = Int(phase.dropFirst(5)), round > most else { return nil }
            return "\(login.mechanism.words) takes at most \(most) round trips"
        case "restart": return login.profile == .sasl ? nil : "login.profile \(login.profile.name) restarts no stream"
        case "client.sasl":
            return login.mayCompute ? nil : "\(login.mechanism.words) is said without any computation"
        case "client.wait":
            return login.mayDerive ? nil : "\(login.mechanism.words) has no computation that is waited for"
        default: return nil
        }
    }

    private func whyNever(step: String) -> String? {
        login.steps.contains { $0.name == step } ? nil : "\(step) is none of login.steps"
    }

    /// Of a step of the scenario's own that is sent and not answered there is nothing to measure.
    private func whyNever(ownStep name: String) -> String? {
        let own = login.steps.compactMap { if case .own(let step) = $0 { step } else { nil } }
        guard let step = own.first(where: { $0.name == name }) else { return nil }
        return step.kind == .iq || step.expect != nil ? nil : "\(name) is not answered: it has no expect"
    }

    /// Why a threshold never has a figure in this plan, whatever the server does; nil where it may have one.
    public func whyNever(_ threshold: Threshold) -> String? {
        if case .latency(let phase, _) = threshold.measure, let reason = whyNever(phase: phase) {
            return "\(phase) never occurs: \(reason)"
        }
        return nil
    }

    /// Why nothing that is due in its stage gives the threshold a figure; nil where something may.
    public func whyNothingIsDue(_ threshold: Threshold) -> String? {
        let judged = stages.filter { threshold.stage == nil || threshold.stage == $0.name }
        guard !judged.isEmpty, !judged.contains(where: \.hasLogins), threshold.measure.isOfLogins else { return nil }
        if session.reconnection != nil, threshold.measure.isOfReturns { return nil }
        return threshold.stage.map { "no login is due in \($0)" } ?? "no login is due in any stage"
    }
}

extension Threshold.Measure {
    /// Whether there is nothing to measure without a login.
    fileprivate var isOfLogins: Bool {
        switch self {
        case .latency, .failures, .disconnects, .drift: true
        case .residue: false
        }
    }

    /// Whether those who come back give it a figure.
    fileprivate var isOfReturns: Bool {
        switch self {
        case .latency(let phase, _): phase != "due" && phase != "lag"
        case .disconnects: true
        case .failures, .drift, .residue: false
        }
    }
}

extension Stage {
    /// Whether any login is due in it.
    fileprivate var hasLogins: Bool {
        switch shape {
        case .ramp(let from, let to, _): from > 0 || to > 0
        case .hold(let rate, _): rate > 0
        case .burst, .crowd: true
        case .outage, .recovery: false
        }
    }
}

extension Target.Address {
    fileprivate var isName: Bool {
        switch self {
        case .embedded: false
        case .domain: true
        case .host(let host, _): !host.contains(":") && host.contains { !$0.isNumber && $0 != "." }
        }
    }
}

extension LoginPlan {
    /// The most round trips within SASL that any mechanism of the choice comes to.
    fileprivate var mostRounds: Int { profile.usesTokens ? 4 : mechanism.names?.map(Self.rounds).max() ?? 4 }

    /// An initial response that a server overlooks, and a server's last word as a challenge of its own, take one more.
    private static func rounds(_ mechanism: String) -> Int {
        switch mechanism {
        case "CRAM-MD5": 2
        case "PLAIN", "EXTERNAL", "ANONYMOUS", "JIVE-SHAREDSECRET", "OAUTHBEARER": 2
        case "DIGEST-MD5": 3
        default: 4
        }
    }

    /// Whether what is said needs more than spelling.
    fileprivate var mayCompute: Bool {
        let spelled: Set = ["PLAIN", "EXTERNAL", "ANONYMOUS", "OAUTHBEARER"]
        return profile.usesTokens || mechanism.names?.allSatisfy(spelled.contains) != true
    }

    /// Whether a login may need a computation so long that it leaves the lane (SCRAM's).
    fileprivate var mayDerive: Bool {
        profile != .iqAuth && (mechanism.names?.contains { $0.hasPrefix("SCRAM-") } ?? true)
    }
}

extension LoginPlan.MechanismChoice {
    /// nil where the server's offer decides.
    fileprivate var names: [String]? { if case .preferred(let names) = self { names } else { nil } }

    fileprivate var words: String { names?.joined(separator: ", ") ?? "strongest" }
}
