import SASL
import XMLStream

// An account is made in-band (XEP-0077), where a login would authenticate.

extension Login {
    /// Asks what a new account needs. A server that does not offer it is asked all the same: some let it unsaid.
    mutating func register(_ features: Element, _ actions: inout [LoginAction]) {
        let isOffered = features.firstChild("register", Namespace.registerFeature) != nil
        state = .awaitingForm(isOffered: isOffered)
        sasl = verification(among: MechanismOffer(features))
        actions.append(.send(script.registrationForm, begins: .register))
    }

    /// Answers with what is asked for, as far as it is known.
    mutating func registrationForm(_ stanza: Element, _ actions: inout [LoginAction]) {
        guard stanza.isAnswer(to: "g1") else {
            if stanza.isStanza { return }
            return unexpected(stanza, &actions)
        }
        guard let query = stanza.firstChild("query", Namespace.register), let account = identity?.newAccount,
            stanza.attribute("type")?.equals("result") == true
        else { return refusedStep(stanza, &actions) }
        if isOverheard { return refuseToShow("registration", &actions) }
        do throws(RegistrationForm.Unanswerable) {
            let answer = try RegistrationForm(query).answer(account)
            state = .awaitingResult(.register)
            actions.append(.send(script.registration(answer), begins: nil))
        } catch { fail(.protocol, error.reason, error.example, &actions) }
    }

    /// By what it could be found out whether an account that is there already has this password; nil where that cannot
    /// be said on this stream.
    private func verification(among offer: MechanismOffer) -> SASLClient? {
        guard script.profile == .sasl, let mechanism = script.mechanism(of: offer), mechanism.strength > 0 else {
            return nil
        }
        return try? identity?.client(for: mechanism, nil, by: script)
    }

    /// A conflict says that the name is taken, not that its password is the wanted one: a login on the same stream does.
    /// It ends by `already-registered`, or as it is refused.
    mutating func registrationRefused(_ stanza: Element, _ actions: inout [LoginAction]) {
        let failure = stanzaError(stanza, in: .register)
        guard failure.condition == "conflict", let client = sasl else { return fail(failure, &actions) }
        state = .authenticating
        attempt(&actions) { login, actions throws(SASLError) in
            try login.authenticate(by: client, nil, nil, &actions)
        }
    }

    /// The account is as it was wanted.
    mutating func foundRegistered(_ actions: inout [LoginAction]) {
        fail(LoginFailure(phase: .register, kind: .stanza, condition: "already-registered"), &actions)
    }

    /// What to say where a server fails the login without explaining itself.
    var hint: String {
        state == .awaitingForm(isOffered: false) ? "the server does not offer registration" : ""
    }
}

extension LoginScript {
    /// Asks for the form.
    var registrationForm: [UInt8] { registrationRequest("get", id: "g1", "<query xmlns='jabber:iq:register'/>") }

    /// Hands in the answer to it.
    func registration(_ answer: String) -> [UInt8] {
        registrationRequest("set", id: "g2", "<query xmlns='jabber:iq:register'>\(answer)</query>")
    }

    var removal: [UInt8] {
        registrationRequest("set", id: "g3", "<query xmlns='jabber:iq:register'><remove/></query>")
    }

    private func registrationRequest(_ type: String, id: String, _ query: String) -> [UInt8] {
        Array("<iq type='\(type)' id='\(id)' to='\(escaped(domain))'>\(query)</iq>".utf8)
    }
}
