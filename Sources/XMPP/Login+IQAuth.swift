import SASL
import XMLStream

// Non-SASL Authentication (XEP-0078): a request for the fields that the server wants, and one that fills them in.

extension Login {
    /// What the stream's header says that matters here: the id that a digest contains, and whether features will follow.
    /// A server from before XMPP 1.0 sends none (RFC 6120 section 4.7.5).
    mutating func noteStream(_ root: Element, _ phase: LoginPhase, _ actions: inout [LoginAction]) {
        exchange = .iqAuth(streamID: root.attribute("id")?.string ?? "")
        guard root.isBeforeVersion1 else { return }
        if phase == .greeting, script.encryption == .starttls {
            return fail(.protocol, LoginFailure.noSTARTTLS, "a server from before XMPP 1.0", &actions)
        }
        actions.append(.ended(phase))
        askForFields(&actions)
    }

    mutating func offeredIQAuth(_ features: Element, _ actions: inout [LoginAction]) {
        state = .awaitingResult(.iqAuth)
        guard script.force || features.firstChild("auth", Namespace.iqAuthFeature) != nil else {
            let names = MechanismOffer(features).names.joined(separator: ", ")
            return fail(.protocol, "iq-auth-not-offered", names.isEmpty ? "" : "offered: SASL with \(names)", &actions)
        }
        askForFields(&actions)
    }

    private mutating func askForFields(_ actions: inout [LoginAction]) {
        round = 1
        request(.iqAuth, Self.iqAuth("get", Self.field("username", identity?.username)), &actions)
    }

    mutating func iqAuthResult(_ stanza: Element, _ actions: inout [LoginAction]) {
        guard stanza.isAnswer(to: round == 1 ? "a1" : "a2") else { return unexpected(stanza, &actions) }
        guard stanza.attribute("type")?.equals("result") == true else { return refusedStep(stanza, &actions) }
        if round == 1 { return fill(fieldsOf: stanza, &actions) }
        actions.append(.ended(.iqAuth))
        isBound = true
        takeNextStep(&actions)
    }

    private mutating func fill(fieldsOf stanza: Element, _ actions: inout [LoginAction]) {
        guard case .iqAuth(let methods) = script.profile, case .iqAuth(let streamID) = exchange else { return }
        let query = stanza.firstChild("query", Namespace.iqAuth)
        let fields = query?.children.filter { $0.isInNamespace(Namespace.iqAuth) }.map(\.localName) ?? []
        let method = methods.first { fields.contains($0.rawValue) } ?? (script.force ? methods.first : nil)
        guard let method else {
            return fail(.protocol, "mechanism-not-offered", "fields: \(fields.joined(separator: ", "))", &actions)
        }
        if method == .password, isOverheard { return refuseToShow("iq-auth's PLAIN", &actions) }
        exchange = nil
        actions.append(.endedRound(1))
        round = 2
        attempt(&actions) { login, actions throws(SASLError) in
            let proof = try login.identity?.iqAuthField(method, streamID: streamID) ?? ""
            let body =
                Self.field("username", login.identity?.username) + proof
                + Self.field("resource", login.identity?.resource)
            actions.append(.send(Self.iqAuth("set", body), begins: nil))
        }
    }

    private static func iqAuth(_ type: String, _ body: String) -> [UInt8] {
        let id = type == "get" ? "a1" : "a2"
        return Array("<iq type='\(type)' id='\(id)'><query xmlns='jabber:iq:auth'>\(body)</query></iq>".utf8)
    }

    /// Nothing for a value that is not there.
    fileprivate static func field(_ name: String, _ value: String?) -> String {
        value.map { $0.isEmpty ? "" : "<\(name)>\(escaped($0))</\(name)>" } ?? ""
    }
}

extension LoginIdentity {
    /// The field that shows that the password is known. The digest is of the password as it is, not as XML writes it.
    fileprivate func iqAuthField(
        _ method: LoginScript.IQAuthMethod, streamID: String
    ) throws(SASLError) -> String {
        switch method {
        case .password: Login.field("password", String(decoding: password.reveal(), as: UTF8.self))
        case .digest: Login.field("digest", try IQAuthDigest.make(streamID: streamID, password: password))
        }
    }
}
