public import SASL
import XMLStream

// Features, STARTTLS and SASL.

extension Login {
    mutating func features(_ features: Element, ending phase: LoginPhase, _ actions: inout [LoginAction]) {
        guard features.isStreamFeatures else { return unexpected(features, &actions) }
        switch phase {
        case .greeting: greeted(features, &actions)
        case .offer: offered(features, ending: .offer, &actions)
        case .compress where script.compression == .beforeAuthentication:
            offered(features, ending: .compress, &actions)
        default: restarted(features, ending: phase, &actions)
        }
    }

    private mutating func greeted(_ features: Element, _ actions: inout [LoginAction]) {
        let starttls = features.firstChild("starttls", Namespace.tls)
        guard script.encryption == .starttls else {
            if starttls?.firstChild("required", Namespace.tls) != nil {
                return fail(.protocol, LoginFailure.needsSTARTTLS, &actions)
            }
            return offered(features, ending: .greeting, &actions)
        }
        guard starttls != nil else { return fail(.protocol, LoginFailure.noSTARTTLS, &actions) }
        actions.append(.ended(.greeting))
        state = .awaitingProceed
        actions.append(.send(LoginScript.starttls, begins: .starttls))
    }

    mutating func proceed(_ answer: Element, _ actions: inout [LoginAction]) {
        if answer.matches("failure", Namespace.tls) { return fail(.protocol, "STARTTLS was refused", &actions) }
        guard answer.matches("proceed", Namespace.tls) else { return unexpected(answer, &actions) }
        actions.append(.ended(.starttls))
        state = .securing
        actions.append(.startTLS)
    }

    /// Features that should offer a way to authenticate.
    private mutating func offered(_ features: Element, ending phase: LoginPhase, _ actions: inout [LoginAction]) {
        actions.append(.ended(phase))
        if script.compression == .beforeAuthentication, phase != .compress { return compress(features, &actions) }
        if script.purpose == .registration { return register(features, &actions) }
        state = .authenticating
        switch script.profile {
        case .sasl: choose(among: MechanismOffer(features), &actions)
        case .extensible(let options): offeredExtensible(features, options, &actions)
        case .iqAuth: offeredIQAuth(features, &actions)
        }
    }

    private mutating func choose(among offer: MechanismOffer, _ actions: inout [LoginAction]) {
        let canBind = script.encryption != .none
        guard let mechanism = script.mechanism(of: offer, canBind: canBind) else {
            return notOffered(offer, &actions)
        }
        if mechanism.bindsChannel, canBind {
            let kinds = script.bindingKinds(advertised: offer.bindings)
            let otherwise = script.mechanism(of: offer, canBind: false)
            actions.append(
                .bindChannel(BindingRequest(kinds: kinds, mechanism: mechanism, otherwise: otherwise)))
        } else {
            begin(mechanism, binding: nil, nil, &actions)
        }
    }

    mutating func notOffered(_ offer: MechanismOffer, _ actions: inout [LoginAction]) {
        let names = offer.names.joined(separator: ", ")
        fail(.sasl, "mechanism-not-offered", names.isEmpty ? "none is offered" : "offered: \(names)", &actions)
    }

    /// The answer to `bindChannel`: how the connection is bound, nil if it cannot be.
    public mutating func receive(
        binding: ChannelBinding?, for request: BindingRequest, _ actions: inout [LoginAction]
    ) {
        guard state == .authenticating, sasl == nil else { return }
        guard let mechanism = binding == nil ? request.otherwise : request.mechanism else {
            let kinds = request.kinds.map(\.rawValue).joined(separator: ", ")
            return fail(
                .sasl, "no-channel-binding",
                kinds.isEmpty ? "the server takes no kind that is known here" : "the connection has none of \(kinds)",
                &actions)
        }
        begin(mechanism, binding: binding, request.inline, &actions)
    }

    /// - Parameter inline: what XEP-0388's features offer beside the mechanism; nil for a login by RFC 6120.
    mutating func begin(
        _ mechanism: Mechanism, binding: ChannelBinding?, _ inline: InlineOffer?, _ actions: inout [LoginAction]
    ) {
        attempt(&actions) { login, actions throws(SASLError) in
            try login.authenticate(with: mechanism, binding: binding, inline, &actions)
        }
    }

    private mutating func authenticate(
        with mechanism: Mechanism, binding: ChannelBinding?, _ inline: InlineOffer?, _ actions: inout [LoginAction]
    ) throws(SASLError) {
        guard let client = try identity?.client(for: mechanism, binding, by: script) else {
            return
        }
        try authenticate(by: client, binding, inline, &actions)
    }

    mutating func authenticate(
        by client: SASLClient, _ binding: ChannelBinding?, _ inline: InlineOffer?, _ actions: inout [LoginAction]
    ) throws(SASLError) {
        var client = client
        let mechanism = client.mechanism
        if mechanism.showsSecret, isOverheard { return refuseToShow("\(mechanism)", &actions) }
        let initial = try client.initialResponse()
        isChallengeResponse = mechanism.isChallengeResponse
        sasl = client
        round = 1
        let request = inline.map { authenticate(by: mechanism, initial, binding, $0) } ?? Self.auth(mechanism, initial)
        actions.append(.send(request, begins: .sasl))
    }

    private static func auth(_ mechanism: Mechanism, _ initial: [UInt8]?) -> [UInt8] {
        var bytes = Array("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='".utf8)
        bytes += mechanism.rawValue.utf8
        bytes += "'".utf8
        finish(&bytes, "auth", payload: initial)
        return bytes
    }

    /// Closes the start tag with the payload and end tag; no payload makes an empty element, an empty one is `=`
    /// (RFC 6120 section 6.4.2).
    static func finish(
        _ bytes: inout [UInt8], _ name: StaticString, payload: [UInt8]?, emptyAs sign: String = "="
    ) {
        guard let payload else {
            bytes += "/>".utf8
            return
        }
        bytes += ">".utf8
        bytes += payload.isEmpty ? Array(sign.utf8) : Base64.encode(payload)
        bytes += "</\(name)>".utf8
    }

    mutating func authentication(_ answer: Element, _ actions: inout [LoginAction]) {
        guard answer.isInNamespace(Namespace.sasl) else { return unexpected(answer, &actions) }
        if answer.hasName("success") {
            succeeded(answer, &actions)
        } else if answer.hasName("challenge") {
            challenged(answer, &actions)
        } else if answer.hasName("failure") {
            refused(answer, &actions)
        } else {
            unexpected(answer, &actions)
        }
    }

    mutating func challenged(_ challenge: Element, _ actions: inout [LoginAction]) {
        guard let payload = Self.payload(of: challenge) else {
            return fail(.sasl, "malformed-challenge", "not base64", &actions)
        }
        actions.append(.endedRound(Int(round)))
        round = min(round, .max - 1) + 1
        attempt(&actions) { login, actions throws(SASLError) in
            guard let step = try login.sasl?.receive(challenge: payload) else { return }
            login.perform(step, &actions)
        }
    }

    mutating func perform(_ step: ClientStep, _ actions: inout [LoginAction]) {
        switch step {
        case .respond(let payload):
            let start =
                script.isExtensible
                ? "<response xmlns='urn:xmpp:sasl:2'" : "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
            var bytes = Array(start.utf8)
            Self.finish(&bytes, "response", payload: payload.isEmpty ? nil : payload)
            actions.append(.send(bytes, begins: nil))
        case .derive(let derivation):
            state = .deriving
            actions.append(.derive(derivation))
        }
    }

    private mutating func succeeded(_ success: Element, _ actions: inout [LoginAction]) {
        let hasData = !success.text.isEmpty
        guard let payload = Self.payload(of: success) else {
            return fail(.sasl, "malformed-challenge", "success is not base64", &actions)
        }
        attempt(&actions) { login, actions throws(SASLError) in
            try login.sasl?.receive(success: hasData ? payload : nil)
            login.sasl = nil
            actions.append(.endedRound(Int(login.round)))
            actions.append(.ended(.sasl))
            guard login.script.purpose == .login else { return login.foundRegistered(&actions) }
            login.open(.restart, &actions)
        }
    }

    private mutating func refused(_ failure: Element, _ actions: inout [LoginAction]) {
        let condition = failure.condition(in: Namespace.sasl)?.localName ?? "undefined"
        let text = failure.firstChild("text", Namespace.sasl)?.text.string ?? ""
        fail(.sasl, condition, text.isEmpty ? sasl?.serverError?.explanation ?? "" : text, &actions)
    }

    /// The decoded payload; `=` and nothing at all are both empty. nil if it is not base64.
    static func payload(of element: Element) -> [UInt8]? {
        let text = element.text
        return text.isEmpty || text.equals("=") ? [] : Base64.decode(text.bytes)
    }

    /// Runs a SASL step; what it throws fails the login by name.
    mutating func attempt(
        _ actions: inout [LoginAction], _ body: (inout Login, inout [LoginAction]) throws(SASLError) -> Void
    ) {
        do { try body(&self, &actions) } catch { fail(.sasl, error.code.rawValue, error.explanation, &actions) }
    }
}
