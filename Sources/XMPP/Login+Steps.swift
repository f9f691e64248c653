import XMLStream

// What follows SASL: bind, session, roster, presence.

extension Login {
    mutating func restarted(_ features: Element, _ actions: inout [LoginAction]) {
        guard offersBinding(features, &actions) else { return }
        offersSession = features.firstChild("session", Namespace.session) != nil
        actions.append(.ended(.restart))
        takeNextStep(&actions)
    }

    /// The features that follow the success of XEP-0388: the stream goes on without a restart.
    mutating func ready(_ features: Element, _ actions: inout [LoginAction]) {
        if !isBound {
            guard offersBinding(features, &actions) else { return }
            offersSession = features.firstChild("session", Namespace.session) != nil
        }
        takeNextStep(&actions)
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
            case .bind where isBound: continue
            case .bind: return request(.bind, LoginScript.bind(resource: identity?.resource), &actions)
            case .session where offersSession: return request(.session, LoginScript.session, &actions)
            case .session: continue
            case .roster: return request(.roster, LoginScript.roster, &actions)
            case .presence: actions.append(.send(LoginScript.presence, begins: nil))
            }
        }
        state = .online
        identity = nil
        actions.append(.loggedIn)
    }

    mutating func request(_ phase: LoginPhase, _ bytes: [UInt8], _ actions: inout [LoginAction]) {
        state = .awaitingResult(phase)
        actions.append(.send(bytes, begins: phase))
    }

    /// Replies are matched by id only: Openfire's have no `from` and an odd `to`.
    mutating func result(_ stanza: Element, of phase: LoginPhase, _ actions: inout [LoginAction]) {
        guard stanza.hasName("iq"), let id = stanza.attribute("id"), matches(id, phase) else {
            if stanza.isInNamespace(Namespace.client) { return }  // presence, messages and late answers may come
            return unexpected(stanza, &actions)
        }
        guard stanza.attribute("type")?.equals("result") == true else { return refusedStep(stanza, &actions) }
        actions.append(.ended(phase))
        takeNextStep(&actions)
    }

    private func matches(_ id: Text, _ phase: LoginPhase) -> Bool {
        switch phase {
        case .bind: id.equals("b1")
        case .session: id.equals("s1")
        default: id.equals("r1")
        }
    }

    mutating func refusedStep(_ stanza: Element, _ actions: inout [LoginAction]) {
        let error = StanzaError(of: stanza)
        fail(.stanza, error.condition, error.text, &actions)
    }
}
