import Foundation
import SASL
import XMLStream

// The server's side of the Extensible SASL Profile (XEP-0388), with Bind 2 (XEP-0386) and FAST (XEP-0484).

/// What a client asks for in one go with its authentication.
struct ExtensibleWishes: Sendable {
    /// The id of its `<user-agent>`.
    let client: String?
    let binds: Bool
    /// What its resource is to begin with.
    let tag: String?
    /// The mechanism of the token that it wants, or is to have in place of the one that it used.
    var tokenMechanism: Mechanism?
    /// Present when a token logs in.
    let byToken: ByToken?

    struct ByToken {
        let count: Int?
        let invalidates: Bool
    }

    init(_ request: Element, _ extensions: Set<ServerProfile.Extension>) {
        let hasTokens = extensions.contains(.fast)
        let bind = extensions.contains(.bind2) ? request.firstChild("bind", Namespace.bind2) : nil
        let wanted = hasTokens ? request.firstChild("request-token", Namespace.fast) : nil
        client = request.firstChild("user-agent", Namespace.sasl2)?.attribute("id")?.string
        binds = bind != nil
        tag = bind?.firstChild("tag", Namespace.bind2)?.text.string
        tokenMechanism = wanted?.attribute("mechanism").map { Mechanism(rawValue: $0.string) }
        byToken = hasTokens ? request.firstChild("fast", Namespace.fast).map(ByToken.init) : nil
    }
}

extension ExtensibleWishes.ByToken {
    fileprivate init(_ fast: Element) {
        count = fast.attribute("count").flatMap { Int($0.string) }
        invalidates = fast.attribute("invalidate").map { ["true", "1"].contains($0.string) } ?? false
    }
}

extension ServerStream {
    mutating func authenticateExtensibly(_ element: Element, _ actions: inout [ServerAction]) {
        if element.hasName("authenticate") {
            begin(element, &actions)
        } else if element.hasName("response"), sasl != nil {
            guard let payload = Base64.decode(element.text.bytes) else {
                return refuseExtensibly(.incorrectEncoding, &actions)
            }
            perform(sasl?.receive(payload), &actions)
        } else {
            refuseExtensibly(element.hasName("abort") ? .aborted : .malformedRequest, &actions)
        }
    }

    private mutating func begin(_ request: Element, _ actions: inout [ServerAction]) {
        let mechanism = Mechanism(rawValue: request.attribute("mechanism")?.string ?? "")
        let wishes = ExtensibleWishes(request, profile.extensions)
        extensible = wishes
        let initial = request.firstChild("initial-response", Namespace.sasl2).map { Base64.decode($0.text.bytes) }
        if case .some(nil) = initial { return refuseExtensibly(.incorrectEncoding, &actions) }
        if let use = wishes.byToken {
            return redeem(mechanism, initial ?? nil, use, wishes.client, &actions)
        }
        guard profile.mechanisms(on: security).contains(mechanism) else {
            return refuseExtensibly(.invalidMechanism, &actions)
        }
        sasl = server(for: mechanism)
        perform(sasl?.receive(initial ?? nil), &actions)
    }

    private mutating func perform(_ step: ServerStep?, _ actions: inout [ServerAction]) {
        switch step {
        case .challenge(let payload):
            let text = "<challenge xmlns='urn:xmpp:sasl:2'>\(Self.text(payload))</challenge>"
            actions.append(.send(Array(text.utf8), answering: nil))
        case .success(let name, let data):
            if let refusal { return refuseExtensibly(SASLCondition(rawValue: refusal), &actions) }
            succeed(name, data, &actions)
        case .failure(let condition): refuseExtensibly(condition, &actions)
        case nil: refuseExtensibly(.temporaryAuthFailure, &actions)
        }
    }

    /// The success, and the features that follow it without a restart of the stream.
    private mutating func succeed(_ name: String, _ data: [UInt8]?, _ actions: inout [ServerAction]) {
        username = name
        let jid = extensible?.binds == true ? adopt(resource: (extensible?.tag.map { "\($0)/" } ?? "") + id) : nil
        var text = "<success xmlns='urn:xmpp:sasl:2'>"
        text += data.map { "<additional-data>\(Self.text($0))</additional-data>" } ?? ""
        text += "<authorization-identifier>\(escaped(jid ?? "\(name)@\(profile.domain)"))</authorization-identifier>"
        text += jid == nil ? "" : "<bound xmlns='urn:xmpp:bind:0'/>"
        text += extensible?.tokenMechanism.flatMap(token) ?? ""
        text += "</success>"
        let features = profile.features(jid == nil ? .session(again: nil) : .bound, isCompressed: isCompressed)
        actions.append(.send(Array(text.utf8) + features, answering: .sasl))
        if let jid { actions.append(.bound(jid: jid)) }
    }

    private func token(_ mechanism: Mechanism) -> String? {
        guard let client = extensible?.client, let username, mechanism.isHashedToken,
            let token = profile.tokens.issue(to: client, username, mechanism)
        else { return nil }
        let secret = String(decoding: token.secret.reveal(), as: UTF8.self)
        return "<token xmlns='urn:xmpp:fast:0' expiry='\(token.expiry.formatted(.iso8601))' token='\(secret)'/>"
    }

    private mutating func refuseExtensibly(_ condition: SASLCondition, _ actions: inout [ServerAction]) {
        sasl = nil
        extensible = nil
        let reason = "<\(condition.rawValue) xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
        actions.append(.send(Array("<failure xmlns='urn:xmpp:sasl:2'>\(reason)</failure>".utf8), answering: .sasl))
    }

    private static func text(_ payload: [UInt8]) -> String { String(decoding: Base64.encode(payload), as: UTF8.self) }
}

// MARK: - Tokens

extension ServerStream {
    /// A login by token: one message, one answer.
    private mutating func redeem(
        _ mechanism: Mechanism, _ message: [UInt8]?, _ use: ExtensibleWishes.ByToken, _ client: String?,
        _ actions: inout [ServerAction]
    ) {
        guard let message, let client, isAddressed, profile.tokenMechanisms(on: security).contains(mechanism) else {
            return refuseExtensibly(.malformedRequest, &actions)
        }
        guard let (token, step) = match(mechanism, message, of: client) else {
            return refuseExtensibly(.notAuthorized, &actions)
        }
        switch profile.tokens.redeem(token, of: client, count: use.count) {
        case .expired: refuseExtensibly(.credentialsExpired, &actions)
        case .replayed: refuseExtensibly(.notAuthorized, &actions)
        case .good(let isDue):
            if use.invalidates {
                profile.tokens.invalidate(token, of: client)
            } else if isDue {
                extensible?.tokenMechanism = mechanism
            }
            perform(step, &actions)
        }
    }

    /// The client's token that the message proves, with the answer to it.
    private func match(
        _ mechanism: Mechanism, _ message: [UInt8], of client: String
    ) -> (FASTTokens.Issued, ServerStep)? {
        for token in profile.tokens.tokens(of: client, mechanism) {
            var accounts = profile.accounts
            accounts.hashedTokens = { name, _ in name == token.username ? [token.secret] : [] }
            let server = try? SASLServer(
                mechanism: mechanism, domain: profile.domain, accounts: accounts, channelBindings: security.bindings)
            guard var server else { continue }
            let step = server.receive(message)
            if case .success = step { return (token, step) }
        }
        return nil
    }
}
