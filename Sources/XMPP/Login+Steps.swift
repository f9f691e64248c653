import XMLStream

// What follows SASL: bind, session, roster, presence.

extension Login {
    /// Features of an authenticated stream. After post-login compression Openfire offers mechanisms again beside bind:
    /// they are for nobody. Those that follow the success of XEP-0388, without a restart, end no phase.
    mutating func restarted(_ features: Element, ending phase: LoginPhase, _ actions: inout [LoginAction]) {
        if script.compression == .afterAuthentication, phase != .compress {
            if phase != .sasl { actions.append(.ended(phase)) }
            return compress(features, &actions)
        }
        guard isBound || offersBinding(features, &actions) else { return }
        offers = SessionExtensions(offeredIn: features, among: script.extensions)
        if phase != .sasl { actions.append(.ended(phase)) }
        if isBound || !resumeSession(&actions) { takeNextStep(&actions) }
    }

    private mutating func offersBinding(_ features: Element, _ actions: inout [LoginAction]) -> Bool {
        if features.firstChild("bind", Namespace.bind) != nil { return true }
        fail(.protocol, "bind is not offered", &actions)
        return false
    }

    /// Sends the script's next step, or ends the login after the last.
    mutating func takeNextStep(_ actions: inout [LoginAction]) {
        while stepsTaken < script.steps.count {
            let step = script.steps[Int(stepsTaken)]
            stepsTaken += 1
            switch step {
            case .bind where isBound, .session where isBound: continue
            case .bind: return request(.bind, LoginScript.bind(resource: identity?.resource), &actions)
            case .session where offers.contains(.session): return request(.session, LoginScript.session, &actions)
            case .session: continue
            case .roster: return request(.roster, rosterRequest, &actions)
            case .presence: send(stanza: LoginScript.presence, begins: nil, &actions)
            case .own(let step): if take(step, &actions) { return }
            case .enable: return enableManagement(&actions)
            case .active, .inactive: say(step, &actions)
            case .remove: return request(.register, script.removal, &actions)
            }
        }
        complete(&actions)
    }

    private func say(_ clientState: LoginScript.Step, _ actions: inout [LoginAction]) {
        guard offers.contains(.clientState) else { return }
        actions.append(.send(clientState == .active ? LoginScript.active : LoginScript.inactive, begins: nil))
    }

    mutating func complete(_ actions: inout [LoginAction]) {
        if management?.value.unacknowledged.isEmpty == false { requestAcknowledgement(&actions) }
        state = .online
        identity = nil
        address = nil
        actions.append(.loggedIn)
    }

    mutating func request(_ phase: LoginPhase, _ bytes: [UInt8], _ actions: inout [LoginAction]) {
        state = .awaitingResult(phase)
        send(stanza: bytes, begins: phase, &actions)
    }

    mutating func result(_ stanza: Element, of phase: LoginPhase, _ actions: inout [LoginAction]) {
        if case .own = phase { return reply(stanza, &actions) }
        guard stanza.isAnswer(to: id(of: phase)) else {
            if stanza.isStanza { return }  // presence, messages and late answers may come
            return unexpected(stanza, &actions)
        }
        guard phase != .bind || noteAddress(stanza) else { return tooLong("the bound JID", &actions) }
        answered(stanza, phase, &actions)
    }

    /// The iq of a step has its answer.
    mutating func answered(_ stanza: Element, _ phase: LoginPhase, _ actions: inout [LoginAction]) {
        guard stanza.attribute("type")?.equals("result") == true else {
            if script.purpose == .registration { return registrationRefused(stanza, &actions) }
            return fail(stanzaError(stanza, in: phase), &actions)
        }
        actions.append(.ended(phase))
        if phase == .roster, script.usesRosterVersion { keepRosterVersion(of: stanza, &actions) }
        takeNextStep(&actions)
    }

    private func id(of phase: LoginPhase) -> StaticString {
        switch phase {
        case .bind: "b1"
        case .session: "s1"
        case .register: script.purpose == .registration ? "g2" : "g3"
        default: "r1"
        }
    }

    mutating func refusedStep(_ stanza: Element, _ actions: inout [LoginAction]) {
        fail(stanzaError(stanza, in: phase ?? .greeting), &actions)
    }

    func stanzaError(_ stanza: Element, in phase: LoginPhase) -> LoginFailure {
        let error = StanzaError(of: stanza)
        return LoginFailure(phase: phase, kind: .stanza, condition: error.condition, example: error.text)
    }
}
