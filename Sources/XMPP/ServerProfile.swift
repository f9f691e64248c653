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

    public let domain: String
    public let mechanisms: [Mechanism]
    public let encryption: Encryption
    public let dialect: Dialect
    public let accounts: SASLAccounts
    /// Where accounts are made and removed in-band (XEP-0077); nil where they are not.
    public let registry: AccountStore?

    public init(
        domain: String, mechanisms: [Mechanism], encryption: Encryption, dialect: Dialect, accounts: SASLAccounts,
        registry: AccountStore? = nil
    ) {
        self.domain = domain
        self.mechanisms = mechanisms
        self.encryption = encryption
        self.dialect = dialect
        self.accounts = accounts
        self.registry = registry
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
    public var bindsChannels: Bool { mechanisms.contains(where: \.bindsChannel) }

    /// What is offered on a connection that has these properties: nothing that it cannot be used for.
    func mechanisms(on connection: ServerStream.Security) -> [Mechanism] {
        mechanisms.filter { mechanism in
            if mechanism.bindsChannel { return !connection.bindings.isEmpty }
            return mechanism != .external || connection.addresses != nil
        }
    }

    enum Offer {
        case encryption, session
        case mechanisms(ServerStream.Security)
    }

    func features(_ offer: Offer) -> [UInt8] {
        let isOpenfire = dialect == .openfire
        var text = "<stream:features>"
        switch offer {
        case .encryption:
            text += "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>\(isOpenfire ? "" : "<required/>")</starttls>"
            if isOpenfire { text += mechanismList(ServerStream.Security()) + Self.openfireExtras }
        case .mechanisms(let security):
            text += mechanismList(security) + (isOpenfire ? Self.openfireExtras : registration)
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

    private var registration: String {
        registry == nil ? "" : "<register xmlns='http://jabber.org/features/iq-register'/>"
    }

    private static let openfireExtras = """
        <compression xmlns="http://jabber.org/features/compress"><method>zlib</method></compression>\
        <ver xmlns="urn:xmpp:features:rosterver"/><auth xmlns="http://jabber.org/features/iq-auth"/>\
        <register xmlns="http://jabber.org/features/iq-register"/>
        """
}
