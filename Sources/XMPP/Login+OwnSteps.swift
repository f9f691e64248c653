public import XMLStream

// Stanzas of the scenario's own.

extension Login {
    /// The answer to bind says who we are now (RFC 6120 section 7.6.1).
    ///
    /// - Returns: whether it is no longer than an address may be.
    mutating func noteAddress(_ answer: Element) -> Bool {
        noteAddress(answer.firstChild("bind", Namespace.bind)?.firstChild("jid", Namespace.bind)?.text)
    }

    /// - Parameter jid: as the server said it; nil where it has no way to.
    mutating func noteAddress(_ jid: Text?) -> Bool {
        guard script.hasOwnSteps else { return true }
        let jid = jid?.string
        guard jid?.utf8.count ?? 0 <= BoundAddress.longest else { return false }
        address = BoundAddress(
            jid: jid, user: identity?.username ?? "", domain: script.domain, resource: identity?.resource,
            number: identity?.number ?? 0)
        return true
    }

    /// Sends an own step's stanza. Returns whether something is to come before the next step.
    mutating func take(_ step: LoginScript.OwnStep, _ actions: inout [LoginAction]) -> Bool {
        if address == nil { _ = noteAddress(nil as Text?) }
        guard let address else { return false }
        let phase = LoginPhase.own(step.number)
        if step.isAwaited { state = .awaitingResult(phase) }
        send(stanza: step.stanza.bytes(address, id: ownID), begins: step.isAwaited ? phase : nil, &actions)
        return step.isAwaited
    }

    /// The `{id}` of the step under way: no other step of this login has it.
    private var ownID: String { "o\(stepsTaken)" }

    /// A stanza that came while an own step waits for its reply: others than that are passed over.
    mutating func reply(_ stanza: Element, _ actions: inout [LoginAction]) {
        guard case .own(let step) = script.steps[Int(stepsTaken) - 1], stanza.isStanza else {
            return unexpected(stanza, &actions)
        }
        if step.kind == .iq, !isAnswer(stanza, to: step) { return }
        guard let expectation = step.expectation else { return answered(stanza, .own(step.number), &actions) }
        let rejection = step.kind == .iq ? rejection(stanza, of: step, expectation) : nil
        state = .judging(.own(step.number))
        actions.append(.judge(Reply(step: step.number, bytes: stanza.standalone(), rejection: rejection)))
    }

    private func isAnswer(_ stanza: Element, to step: LoginScript.OwnStep) -> Bool {
        guard stanza.isIQ, let id = stanza.attribute("id"), let address else { return false }
        return step.id.map { id.equals($0.text(address, id: ownID)) } ?? false
    }

    /// What an answer is if it is not the expected one.
    private func rejection(_ stanza: Element, of step: LoginScript.OwnStep, _ expectation: String) -> LoginFailure {
        guard stanza.attribute("type")?.equals("error") != true else {
            return stanzaError(stanza, in: .own(step.number))
        }
        let child = stanza.firstChild.map { "with <\($0.localName)/> in \($0.namespace)" } ?? "empty"
        return LoginFailure(
            phase: .own(step.number), kind: .protocol, condition: "reply does not match \(expectation)",
            example: "came a result \(child)")
    }

    /// The answer to `judge`: whether the reply is what its step expects.
    public mutating func receive(
        judged reply: Reply, isExpected: Bool, using scratch: StanzaScratch, _ actions: inout [LoginAction]
    ) {
        guard case .judging(let phase) = state else { return }
        if isExpected {
            actions.append(.ended(phase))
            takeNextStep(&actions)
        } else if let rejection = reply.rejection {
            return fail(rejection, &actions)
        } else {
            state = .awaitingResult(phase)
        }
        let kept = rest
        rest = []
        Chunk.reading(kept) { receive(&$0, using: scratch, &actions) }
    }

    /// Keeps what came while a reply is judged, within the limit of a stanza.
    mutating func keep(_ chunk: inout Chunk, _ actions: inout [LoginAction]) {
        chunk.takeRest(into: &rest)
        guard rest.count > script.limits.stanzaBytes else { return }
        fail(.xml, XMLStreamError.Code.tooBig.rawValue, "\(rest.count) bytes at once after a reply", &actions)
    }
}
