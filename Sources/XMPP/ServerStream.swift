public import SASL
public import XMLStream

/// The server's side of one login and session, as a value: bytes and events in, actions out.
public struct ServerStream: Sendable {
    let profile: ServerProfile
    let id: String
    /// Refuses the credentials whatever they are, with this condition.
    let refusal: String?
    var reader = StreamReader()
    var isSecured: Bool
    var security = Security()
    var sasl: SASLServer?
    /// What an `<authenticate/>` asked for beside it (XEP-0388).
    var extensible: ExtensibleWishes?
    /// Whether the client's header said who it is.
    var isAddressed = false
    /// Who has authenticated.
    public internal(set) var username: String?
    var jid = ""
    var isBound = false
    var isCompressed = false
    /// The next header is the first one compressed.
    var beginsCompressed = false
    var isOver = false
    /// What is left of the session when its connection is lost; nil where the stream is not managed, or was ended.
    public internal(set) var managed: ManagedSession?

    /// - Parameters:
    ///   - id: the stream's.
    ///   - refusal: a condition of RFC 6120 section 6.5 to refuse this login with; nil to judge it.
    public init(_ profile: ServerProfile, id: String, refusal: String? = nil) {
        self.profile = profile
        self.id = id
        self.refusal = refusal
        isSecured = profile.encryption == .direct
    }

    /// What TLS did for a connection.
    public struct Security: Sendable {
        /// How the connection can be bound to.
        public var bindings: [ChannelBinding]
        /// The XMPP addresses in the certificate that the client showed; nil if it showed none. One without an address
        /// may act as anybody.
        public var addresses: [String]?

        public init(bindings: [ChannelBinding] = [], addresses: [String]? = nil) {
            self.bindings = bindings
            self.addresses = addresses
        }

        func identity(at domain: String) -> ExternalIdentity? {
            addresses.map { addresses in
                if addresses.isEmpty { return .anyUser }
                return .users(
                    addresses.filter { $0.hasSuffix("@\(domain)") }.map { $0.prefix { $0 != "@" } }.map(String.init))
            }
        }
    }

    /// The TLS handshake is complete.
    public mutating func secured(_ security: Security = Security()) {
        isSecured = true
        self.security = security
        reader.restart()
    }

    /// The bytes of one read.
    public mutating func receive(_ chunk: inout Chunk, using scratch: StanzaScratch, _ actions: inout [ServerAction]) {
        while !isOver {
            do {
                guard let event = try reader.next(&chunk, using: scratch) else { return }
                handle(event, &actions)
                switch actions.last {
                case .startTLS, .startCompression: return chunk.discard()
                default: break
                }
            } catch { fail("not-well-formed", &actions) }
        }
    }

    private mutating func handle(_ event: StreamEvent, _ actions: inout [ServerAction]) {
        switch event {
        case .opened(let root): opened(root, &actions)
        case .stanza(let stanza): received(stanza, &actions)
        case .closed:
            isOver = true
            endManagement(&actions)
            actions.append(.send(Self.end, answering: nil))
            actions.append(.close)
        }
    }

    private mutating func opened(_ root: Element, _ actions: inout [ServerAction]) {
        guard root.matches("stream", Namespace.streams) else { return fail("bad-namespace-prefix", &actions) }
        guard let host = root.attribute("to")?.string, profile.serves(host) else {
            actions.append(.send(profile.header(id: id), answering: nil))
            return fail("host-unknown", &actions)
        }
        isAddressed = root.attribute("from") != nil
        let phase: LoginPhase =
            beginsCompressed ? .compress : username != nil ? .restart : isSecured ? .offer : .greeting
        let features = profile.features(offer, isCompressed: isCompressed)
        beginsCompressed = false
        actions.append(.send(profile.header(id: id) + features, answering: phase))
    }

    private var offer: ServerProfile.Offer {
        if username != nil { return .session(again: beginsCompressed ? security : nil) }
        return profile.encryption == .starttls && !isSecured
            ? .encryption : .mechanisms(security, isAddressed: isAddressed)
    }

    private mutating func received(_ stanza: Element, _ actions: inout [ServerAction]) {
        if !profile.extensions.isEmpty, extended(stanza, &actions) { return }
        if stanza.matches("starttls", Namespace.tls), profile.encryption == .starttls, !isSecured {
            actions.append(.send(Self.proceed, answering: .starttls))
            actions.append(.startTLS)
        } else if stanza.isInNamespace(Namespace.sasl), username == nil {
            authenticate(stanza, &actions)
        } else if profile.extensions.contains(.sasl2), stanza.isInNamespace(Namespace.sasl2), username == nil {
            authenticateExtensibly(stanza, &actions)
        } else if let query = iqAuthQuery(in: stanza) {
            answer(query, of: stanza, &actions)
        } else if stanza.isIQ, username == nil, registry != nil {
            register(stanza, &actions)
        } else if stanza.isIQ, username != nil {
            answer(stanza, &actions)
        } else if username == nil || !stanza.isStanza {
            fail(username == nil ? "not-authorized" : "unsupported-stanza-type", &actions)
        }
    }

    private static let end = Array("</stream:stream>".utf8)
    private static let proceed = Array("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8)

    mutating func fail(_ condition: String, _ actions: inout [ServerAction]) {
        isOver = true
        endManagement(&actions)
        let error = "<stream:error><\(condition) xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
        actions.append(.send(Array((error + "</stream:stream>").utf8), answering: nil))
        actions.append(.close)
    }
}

/// What a server's stream wants done, in this order.
public enum ServerAction: Sendable, Equatable {
    /// Send these bytes; where a phase is named they are the answer that ends it for the client.
    case send([UInt8], answering: LoginPhase?)
    case startTLS
    /// Compress both directions from here on.
    case startCompression
    /// Find this user's session with this id and hand it to `ServerStream.resume(_:handled:_:)`, with the same count.
    case resume(id: String, handled: UInt32)
    /// The session can be found by this id, should its connection be lost.
    case managed(id: String)
    /// It cannot any more.
    case unmanaged(id: String)
    /// The session stands.
    case bound(jid: String)
    case close
}

// MARK: - SASL

extension ServerStream {
    private mutating func authenticate(_ element: Element, _ actions: inout [ServerAction]) {
        if element.hasName("auth") {
            let name = Mechanism(rawValue: element.attribute("mechanism")?.string ?? "")
            guard profile.mechanisms(on: security).contains(name) else {
                return refuse(.invalidMechanism, &actions)
            }
            sasl = server(for: name)
        } else if element.hasName("abort") {
            return refuse(.aborted, &actions)
        } else if !element.hasName("response") {
            return refuse(.malformedRequest, &actions)
        }
        let text = element.text
        let isInitial = element.hasName("auth")
        guard let payload = text.equals("=") || text.isEmpty ? [] : Base64.decode(text.bytes) else {
            return refuse(.incorrectEncoding, &actions)
        }
        perform(sasl?.receive(isInitial && text.isEmpty ? nil : payload), &actions)
    }

    func server(for mechanism: Mechanism) -> SASLServer? {
        try? SASLServer(
            mechanism: mechanism, domain: profile.domain, accounts: profile.accounts,
            externalIdentity: security.identity(at: profile.domain),
            channelBindings: profile.bindsChannels ? security.bindings : [])
    }

    private mutating func perform(_ step: ServerStep?, _ actions: inout [ServerAction]) {
        switch step {
        case .challenge(let payload):
            actions.append(.send(Self.element("challenge", payload), answering: nil))
        case .success(let name, let data):
            if let refusal { return refuse(SASLCondition(rawValue: refusal), &actions) }
            username = name
            reader.restart()
            actions.append(.send(Self.element("success", data ?? []), answering: .sasl))
        case .failure(let condition): refuse(condition, &actions)
        case nil: refuse(.temporaryAuthFailure, &actions)
        }
    }

    private mutating func refuse(_ condition: SASLCondition, _ actions: inout [ServerAction]) {
        sasl = nil
        let text = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><\(condition.rawValue)/></failure>"
        actions.append(.send(Array(text.utf8), answering: .sasl))
    }

    private static func element(_ name: String, _ payload: [UInt8]) -> [UInt8] {
        let start = Array("<\(name) xmlns='urn:ietf:params:xml:ns:xmpp-sasl'".utf8)
        return payload.isEmpty
            ? start + Array("/>".utf8) : start + Array(">".utf8) + Base64.encode(payload) + Array("</\(name)>".utf8)
    }
}

// MARK: - Requests

extension ServerStream {
    private mutating func answer(_ request: Element, _ actions: inout [ServerAction]) {
        guard let id = request.attribute("id")?.string, let type = request.attribute("type") else { return }
        guard type.equals("get") || type.equals("set") else { return }
        if let bind = request.firstChild("bind", Namespace.bind) {
            let jid = adopt(resource: bind.firstChild("resource", Namespace.bind)?.text.string ?? self.id)
            reply(
                id, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>\(escaped(jid))</jid></bind>", .bind, &actions)
            actions.append(.bound(jid: jid))
        } else if request.firstChild("session", Namespace.session) != nil {
            reply(id, "", .session, &actions)
        } else if let query = request.firstChild("query", Namespace.roster) {
            reply(id, roster(for: query), .roster, &actions)
        } else if let body = Self.answer(to: request) {
            reply(id, body, nil, &actions)
        } else if asksForRemoval(request) {
            remove(id, &actions)
        } else {
            refuse(id, "service-unavailable", nil, &actions)
        }
    }

    /// - Parameter error: the start of the error element.
    mutating func refuse(
        _ id: String, _ error: String, _ condition: String, _ phase: LoginPhase?, _ actions: inout [ServerAction]
    ) {
        let body = "\(error)<\(condition) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
        say("<iq type='error' id='\(escaped(id))'>\(body)</iq>", phase, &actions)
    }

    mutating func refuse(_ id: String, _ condition: String, _ phase: LoginPhase?, _ actions: inout [ServerAction]) {
        refuse(id, "<error type='cancel'>", condition, phase, &actions)
    }

    /// Gives the session its resource.
    ///
    /// - Returns: its address.
    mutating func adopt(resource: String) -> String {
        isBound = true
        jid = "\(username ?? "")@\(profile.domain)/\(resource)"
        return jid
    }

    mutating func reply(_ id: String, _ body: String, _ phase: LoginPhase?, _ actions: inout [ServerAction]) {
        let start = "<iq type='result' id='\(escaped(id))'"
        say(body.isEmpty ? start + "/>" : "\(start)>\(body)</iq>", phase, &actions)
    }

    /// Sends a stanza, which counts where the stream is managed.
    private mutating func say(_ stanza: String, _ phase: LoginPhase?, _ actions: inout [ServerAction]) {
        managed?.sent &+= 1
        actions.append(.send(Array(stanza.utf8), answering: phase))
    }
}
