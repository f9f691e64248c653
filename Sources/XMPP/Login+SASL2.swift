import SASL
import XMLStream

// The Extensible SASL Profile (XEP-0388), with Bind 2 (XEP-0386) and FAST (XEP-0484).

extension Login {
    /// The header of a stream on which somebody may log in by XEP-0388: it says who, once nobody else can read it
    /// (RFC 6120 section 4.7.1).
    func addressedHeader(_ phase: LoginPhase) -> [UInt8] {
        guard phase == .offer || script.encryption == .none, let address = identity?.bareJID else {
            return script.header
        }
        return script.header.dropLast() + Array(" from='\(escaped(address))'>".utf8)
    }

    mutating func offeredExtensible(
        _ features: Element, _ options: LoginScript.ExtensibleOptions, _ actions: inout [LoginAction]
    ) {
        let authentication = features.firstChild("authentication", Namespace.sasl2)
        guard authentication != nil || script.force else {
            let names = MechanismOffer(features).names.joined(separator: ", ")
            return fail(.sasl, "sasl2-not-offered", names.isEmpty ? "" : "offered: SASL with \(names)", &actions)
        }
        let inline = InlineOffer(authentication)
        guard !options.usesTokens || !inline.tokens.isEmpty || script.force else {
            return fail(.sasl, "fast-not-offered", "XEP-0388 is offered without XEP-0484", &actions)
        }
        choose(among: MechanismOffer(features, extensible: authentication), inline, &actions)
    }

    /// The token first, if there is one that the server takes here; the mechanism of the script otherwise.
    private mutating func choose(among offer: MechanismOffer, _ inline: InlineOffer, _ actions: inout [LoginAction]) {
        if let token = identity?.userAgent?.token?.mechanism, inline.tokens.contains(token) {
            let kinds = token.hashedTokenBinding.map { [$0] } ?? []
            return begin(token, otherwise: script.mechanism(of: offer), kinds, inline, &actions)
        }
        guard let mechanism = script.mechanism(of: offer, canBind: script.encryption != .none) else {
            return notOffered(offer, &actions)
        }
        if mechanism.bindsChannel {
            let kinds = script.bindingKinds(advertised: offer.bindings)
            begin(mechanism, otherwise: script.mechanism(of: offer), kinds, inline, &actions)
        } else {
            begin(mechanism, otherwise: mechanism, script.usesTokens ? inline.bindingKinds : [], inline, &actions)
        }
    }

    /// Begins at once where nothing is to be known of the connection, and else when it has told its binding.
    private mutating func begin(
        _ mechanism: Mechanism, otherwise: Mechanism?, _ kinds: [ChannelBinding.Kind], _ inline: InlineOffer,
        _ actions: inout [LoginAction]
    ) {
        if script.encryption == .none || (kinds.isEmpty && !mechanism.bindsChannel) {
            return begin(mechanism, binding: nil, inline, &actions)
        }
        actions.append(
            .bindChannel(
                BindingRequest(kinds: kinds, mechanism: mechanism, otherwise: otherwise, inline: inline)))
    }
}

// MARK: - The request

extension Login {
    /// `<authenticate/>`, with all that is asked for in one go.
    mutating func authenticate(
        by mechanism: Mechanism, _ initial: [UInt8]?, _ binding: ChannelBinding?, _ inline: InlineOffer
    ) -> [UInt8] {
        let request = extensibleRequest(mechanism, binding, inline)
        exchange = .extensible(request)
        var bytes = Array("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='\(mechanism)'>".utf8)
        if let initial {
            bytes += "<initial-response>".utf8
            bytes += Base64.encode(initial)
            bytes += "</initial-response>".utf8
        }
        bytes += additions(request).utf8
        bytes += "</authenticate>".utf8
        return bytes
    }

    private func extensibleRequest(
        _ mechanism: Mechanism, _ binding: ChannelBinding?, _ inline: InlineOffer
    ) -> ExtensibleRequest {
        let wanted = inline.tokenMechanism(for: binding) ?? (script.force ? .hashedToken : nil)
        let asks = script.usesTokens && identity?.userAgent?.returns == true
        return ExtensibleRequest(
            bindsInline: script.bindsInline && inline.binding,
            tokenMechanism: mechanism.isHashedToken ? mechanism : asks ? wanted : nil,
            isByToken: mechanism.isHashedToken)
    }

    private func additions(_ request: ExtensibleRequest) -> String {
        var text = ""
        if let agent = identity?.userAgent {
            text += "<user-agent id='\(agent.id)'><software>Muster</software></user-agent>"
        }
        if request.bindsInline {
            let tag = identity?.resource.map { "<tag>\(escaped($0))</tag>" } ?? ""
            text += "<bind xmlns='urn:xmpp:bind:0'>\(tag)</bind>"
        }
        if request.isByToken {
            text += "<fast xmlns='urn:xmpp:fast:0' count='\(identity?.userAgent?.token?.attempt ?? 1)'/>"
        } else if let mechanism = request.tokenMechanism {
            text += "<request-token xmlns='urn:xmpp:fast:0' mechanism='\(mechanism)'/>"
        }
        return text
    }
}

// MARK: - The answers

extension Login {
    mutating func extensibleAuthentication(_ answer: Element, _ actions: inout [LoginAction]) {
        guard answer.isInNamespace(Namespace.sasl2), case .extensible(let request) = exchange else {
            return unexpected(answer, &actions)
        }
        if answer.hasName("success") {
            succeeded(answer, request, &actions)
        } else if answer.hasName("challenge") {
            challenged(answer, &actions)
        } else if answer.hasName("failure") {
            refused(answer, request, &actions)
        } else if answer.hasName("continue") {
            fail(.sasl, "tasks-required", Self.tasks(of: answer), &actions)
        } else {
            unexpected(answer, &actions)
        }
    }

    /// What is still to be done after a correct password (XEP-0388 section 2.6.3), in words.
    private static func tasks(of answer: Element) -> String {
        let tasks = answer.firstChild("tasks", Namespace.sasl2)?.children.map(\.text.string) ?? []
        let text = answer.firstChild("text", Namespace.sasl2)?.text.string ?? ""
        return tasks.joined(separator: ", ") + (text.isEmpty ? "" : ": \(text)")
    }

    private mutating func succeeded(
        _ success: Element, _ request: ExtensibleRequest, _ actions: inout [LoginAction]
    ) {
        let data = success.firstChild("additional-data", Namespace.sasl2)
        let payload = data.map { Self.payload(of: $0) }
        if case .some(nil) = payload {
            return fail(.sasl, "malformed-challenge", "success is not base64", &actions)
        }
        attempt(&actions) { login, actions throws(SASLError) in
            try login.sasl?.receive(success: payload ?? nil)
            login.sasl = nil
            login.exchange = nil
            actions.append(.endedRound(Int(login.round)))
            actions.append(.ended(.sasl))
            login.noteToken(in: success, request, &actions)
            login.state = .awaitingFeatures(.sasl)
            if request.bindsInline { login.noteBinding(in: success, &actions) }
        }
    }

    private func noteToken(in success: Element, _ request: ExtensibleRequest, _ actions: inout [LoginAction]) {
        guard script.usesTokens else { return }
        let token = request.tokenMechanism.flatMap { mechanism in
            success.firstChild("token", Namespace.fast).flatMap { FASTToken($0, mechanism) }
        }
        actions.append(.fast(.authenticated(byToken: request.isByToken, next: token)))
    }

    /// A server that says nothing of the binding that was asked for has not done it: the ordinary request follows.
    private mutating func noteBinding(in success: Element, _ actions: inout [LoginAction]) {
        if let refusal = success.firstChild("failed", Namespace.bind2) {
            let error = StanzaError(of: refusal)
            return fail(
                .stanza, error.condition, "Bind 2 failed\(error.text.isEmpty ? "" : ": \(error.text)")", &actions)
        }
        isBound = success.firstChild("bound", Namespace.bind2) != nil
        guard isBound else { return }
        let jid = success.firstChild("authorization-identifier", Namespace.sasl2)?.text
        if !noteAddress(jid) { tooLong("the bound JID", &actions) }
    }

    private mutating func refused(_ failure: Element, _ request: ExtensibleRequest, _ actions: inout [LoginAction]) {
        let name = failure.condition(in: Namespace.sasl)?.localName ?? "undefined"
        let text = failure.children.first { $0.hasName("text") }?.text.string ?? ""
        let explanation = text.isEmpty ? sasl?.serverError?.explanation ?? "" : text
        guard request.isByToken else { return fail(.sasl, name, explanation, &actions) }
        actions.append(.fast(.refused))
        let consequence = "the account's next login is a full one"
        fail(
            .sasl, "\(name) (FAST token)", explanation.isEmpty ? consequence : "\(explanation); \(consequence)",
            &actions)
    }
}

extension FASTToken {
    /// In bytes: there is one for each account.
    private static var longestToken: Int { 4096 }
    private static var longestExpiry: Int { 64 }

    /// nil for an element without a token, or with one too long to be kept: the account's next login is a full one.
    fileprivate init?(_ element: Element, _ mechanism: Mechanism) {
        guard let secret = element.attribute("token")?.bytes, (1...Self.longestToken).contains(secret.count) else {
            return nil
        }
        let expiry = element.attribute("expiry")?.string ?? ""
        self.init(
            mechanism: mechanism, secret: Secret(bytes: secret),
            expiry: expiry.utf8.count > Self.longestExpiry ? "" : expiry)
    }
}
