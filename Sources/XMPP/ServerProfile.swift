public import SASL

/// What every stream of a server has in common, with the bytes that do not change made once.
public final class ServerProfile: Sendable {
    /// In whose words the server speaks: attribute order, quotes, the features beside those a login needs.
    public enum Dialect: String, Sendable, CaseIterable {
        case plain
        /// As recorded from Openfire 4.2.4.
        case openfire
    }

    public enum Encryption: Sendable {
        /// Offered, and required before SASL.
        case starttls
        case direct, none
    }

    /// What a server may offer beyond RFC 6120.
    public enum Extension: String, Sendable, CaseIterable {
        /// The Extensible SASL Profile (XEP-0388).
        case sasl2
        /// Bind 2 (XEP-0386), within `sasl2`.
        case bind2
        /// Tokens to log in by (XEP-0484), within `sasl2`.
        case fast
        /// Non-SASL Authentication (XEP-0078).
        case iqAuth = "iq-auth"
    }

    public let domain: String
    public let mechanisms: [Mechanism]
    public let encryption: Encryption
    public let dialect: Dialect
    public let accounts: SASLAccounts
    let extensions: Set<Extension>
    let tokens: FASTTokens

    /// - Parameters:
    ///   - extensions: what is offered beyond RFC 6120. Openfire always offers XEP-0078.
    ///   - tokens: those of FAST.
    public init(
        domain: String, mechanisms: [Mechanism], encryption: Encryption, dialect: Dialect, accounts: SASLAccounts,
        extensions: Set<Extension> = [], tokens: FASTTokens = FASTTokens()
    ) {
        self.domain = domain
        self.mechanisms = mechanisms
        self.encryption = encryption
        self.dialect = dialect
        self.accounts = accounts
        self.extensions = extensions.union(dialect == .openfire ? [.iqAuth] : [])
        self.tokens = tokens
    }

    func header(id: String) -> [UInt8] {
        switch dialect {
        case .plain:
            Array(
                """
                <?xml version='1.0'?><stream:stream from='\(escaped(domain))' id='\(id)' version='1.0' xml:lang='en' \
                xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
                """.utf8)
        case .openfire:
            Array(
                """
                <?xml version='1.0' encoding='UTF-8'?><stream:stream xmlns:stream="http://etherx.jabber.org/streams" \
                xmlns="jabber:client" from="\(escaped(domain))" id="\(id)" xml:lang="en" version="1.0">
                """.utf8)
        }
    }

    /// Whether a mechanism is offered that binds to the TLS connection.
    var bindsChannels: Bool { mechanisms.contains(where: \.bindsChannel) }

    /// Whether the bindings of a TLS connection are of use.
    public var needsBindings: Bool { bindsChannels || extensions.contains(.fast) }

    /// What is offered on a connection that has these properties: nothing that it cannot be used for.
    func mechanisms(on connection: ServerStream.Security) -> [Mechanism] {
        mechanisms.filter { mechanism in
            if mechanism.bindsChannel { return !connection.bindings.isEmpty }
            return mechanism != .external || connection.addresses != nil
        }
    }

    enum Offer {
        case encryption, session
        /// - Parameter isAddressed: whether the client said who it is before the features.
        case mechanisms(ServerStream.Security, isAddressed: Bool)
    }

    func features(_ offer: Offer) -> [UInt8] {
        let isOpenfire = dialect == .openfire
        var text = "<stream:features>"
        switch offer {
        case .encryption:
            text += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>\(isOpenfire ? "" : "<required/>")</starttls>"
            if isOpenfire { text += mechanismList(ServerStream.Security()) + Self.openfireExtras }
        case .mechanisms(let security, let isAddressed):
            text += mechanismList(security) + extensionList(security, isAddressed)
            text += isOpenfire ? Self.openfireExtras : ""
        case .session:
            text += "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
            text += "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>"
            if isOpenfire { text += "<sm xmlns='urn:xmpp:sm:2'/><sm xmlns='urn:xmpp:sm:3'/>" }
        }
        return Array((text + "</stream:features>").utf8)
    }

    private func mechanismList(_ security: ServerStream.Security) -> String {
        let names = mechanisms(on: security).map { "<mechanism>\($0)</mechanism>" }.joined()
        let list = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\(names)</mechanisms>"
        guard bindsChannels, !security.bindings.isEmpty else { return list }
        let bindings = security.bindings.map { "<channel-binding type='\($0.kind.rawValue)'/>" }.joined()
        return list + "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>\(bindings)</sasl-channel-binding>"
    }

    private static let openfireExtras = """
        <compression xmlns="http://jabber.org/features/compress"><method>zlib</method></compression>\
        <ver xmlns="urn:xmpp:features:rosterver"/><auth xmlns="http://jabber.org/features/iq-auth"/>\
        <register xmlns="http://jabber.org/features/iq-register"/>
        """
}
