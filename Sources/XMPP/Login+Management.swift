import XMLStream

// Stream management: acknowledgements and resumption (XEP-0198).

extension Login {
    /// What this session can be resumed by on another connection, also after it has failed; nil if it cannot.
    public var resumption: StreamResumption? { StreamResumption(management?.value) }

    mutating func enableManagement(_ actions: inout [LoginAction]) {
        state = .awaitingManagement(.enable)
        guard offers.contains(.management) else {
            return fail(.protocol, "stream management is not offered", &actions)
        }
        management = Boxed(StreamManagement())
        actions.append(.send(LoginScript.enable, begins: .enable))
    }

    /// Takes the earlier session up where this login has one and the server can.
    ///
    /// - Returns: whether it was asked to; if not, the login goes on with its steps.
    mutating func resumeSession(_ actions: inout [LoginAction]) -> Bool {
        guard let resumption = identity?.resumption else { return false }
        guard offers.contains(.management) else {
            let failure = LoginFailure(phase: .resume, kind: .protocol, condition: "stream management is not offered")
            actions.append(.fellBack(failure))
            return false
        }
        state = .awaitingManagement(.resume)
        management = Boxed(resumption.management)
        actions.append(.send(LoginScript.resume(resumption), begins: .resume))
        return true
    }

    /// The answer to `<enable/>` or `<resume/>`.
    mutating func managementAnswered(_ answer: Element, _ phase: LoginPhase, _ actions: inout [LoginAction]) {
        guard answer.isInNamespace(Namespace.management) else {
            if answer.isStanza { return }  // others may come before it
            return unexpected(answer, &actions)
        }
        if answer.hasName("failed") {
            managementRefused(answer, phase, &actions)
        } else if phase == .enable, answer.hasName("enabled") {
            enabled(answer, &actions)
        } else if phase == .resume, answer.hasName("resumed") {
            resumed(answer, &actions)
        } else {
            unexpected(answer, &actions)
        }
    }

    private mutating func enabled(_ answer: Element, _ actions: inout [LoginAction]) {
        management?.value.handled = 0
        if let resume = answer.attribute("resume"), resume.equals("true") || resume.equals("1") {
            let id = answer.attribute("id")?.string
            guard id?.utf8.count ?? 0 <= StreamManagement.longestID else { return tooLong("<enabled/>'s id", &actions) }
            management?.value.id = id
        }
        actions.append(.ended(.enable))
        takeNextStep(&actions)
    }

    /// The session goes on as it was: nothing is bound again, and what the server missed is said again. Client state
    /// alone starts anew (XEP-0352 section 5).
    private mutating func resumed(_ answer: Element, _ actions: inout [LoginAction]) {
        guard acknowledge(answer, &actions) else { return }
        actions.append(.ended(.resume))
        for stanza in management?.value.unacknowledged ?? [] { actions.append(.send(stanza, begins: nil)) }
        if script.endsInactive, offers.contains(.clientState) {
            actions.append(.send(LoginScript.inactive, begins: nil))
        }
        complete(&actions)
    }

    private mutating func managementRefused(_ failed: Element, _ phase: LoginPhase, _ actions: inout [LoginAction]) {
        management = nil
        let condition = failed.condition(in: Namespace.stanzaErrors)?.localName ?? "undefined-condition"
        guard phase == .resume else { return fail(.stanza, condition, &actions) }
        actions.append(.fellBack(LoginFailure(phase: .resume, kind: .stanza, condition: condition)))
        takeNextStep(&actions)
    }
}

// MARK: - Counting

extension Login {
    /// Counts a stanza of the server's, and speaks with it about the counts.
    ///
    /// - Returns: whether that was all there is to it.
    mutating func isAcknowledgement(_ stanza: Element, _ actions: inout [LoginAction]) -> Bool {
        guard stanza.isInNamespace(Namespace.management) else {
            if stanza.isStanza { management?.value.handled &+= 1 }
            return false
        }
        if stanza.hasName("r") {
            let count = management?.value.handled ?? 0
            actions.append(.send(Array("<a xmlns='urn:xmpp:sm:3' h='\(count)'/>".utf8), begins: nil))
            return true
        }
        guard stanza.hasName("a") else { return false }
        _ = acknowledge(stanza, &actions)
        return true
    }

    /// Takes note of how many of our stanzas the server has handled; a count that cannot be ends the session.
    private mutating func acknowledge(_ element: Element, _ actions: inout [LoginAction]) -> Bool {
        let text = element.attribute("h")?.string ?? ""
        if let count = UInt32(text), management?.value.acknowledge(count) == true { return true }
        let known = management?.value.acknowledged ?? 0
        let sent = management?.value.sent ?? 0
        fail(.protocol, "handled-count-too-high", "h is \"\(text)\", not from \(known) to \(sent)", &actions)
        return false
    }

    /// Sends a stanza, which counts where the stream is managed.
    mutating func send(stanza: [UInt8], begins phase: LoginPhase?, _ actions: inout [LoginAction]) {
        actions.append(.send(stanza, begins: phase))
        guard management != nil, management?.value.note(stanza) == true else { return }
        requestAcknowledgement(&actions)
    }

    mutating func requestAcknowledgement(_ actions: inout [LoginAction]) {
        actions.append(.send(LoginScript.acknowledgementRequest, begins: nil))
    }
}
