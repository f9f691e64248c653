import Domains
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
        /// XEP-0138, by zlib.
        case compression
        /// XEP-0198, with resumption.
        case management = "sm"
        /// XEP-0352.
        case clientState = "csi"
        /// RFC 6121 section 2.6.
        case rosterVersion = "rosterver"
    }

    /// As ``Domain`` prepares it.
    public let domain: String
    public let mechanisms: [Mechanism]
    public let encryption: Encryption
    public let dialect: Dialect
    public let accounts: SASLAccounts
    /// What is offered beyond RFC 6120; what the dialect names is always there.
    public let extensions: Set<Extension>
    let tokens: FASTTokens
    /// Where accounts are made and removed in-band (XEP-0077); nil where they are not.
    public let registry: AccountStore?

    /// - Parameters:
    ///   - extensions: what is offered beyond RFC 6120, beside what the dialect always offers.
    ///   - tokens: those of FAST.
    public init(
        domain: String, mechanisms: [Mechanism], encryption: Encryption, dialect: Dialect, accounts: SASLAccounts,
        extensions: Set<Extension> = [], tokens: FASTTokens = FASTTokens(),
        registry: AccountStore? = nil
    ) {
        self.domain = domain
        self.mechanisms = mechanisms
        self.encryption = encryption
        self.dialect = dialect
        self.accounts = accounts
        self.extensions = dialect == .openfire ? extensions.union(Self.ofOpenfire) : extensions
        self.tokens = tokens
        self.registry = registry
    }

    private static let ofOpenfire: Set<Extension> = [.iqAuth, .compression, .management, .rosterVersion]

    /// Whether a stream to this host is for us: however it is written.
    func serves(_ host: String) -> Bool { host == domain || (try? Domain(host))?.text == domain }

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
        case encryption
        /// - Parameter isAddressed: whether the client said who it is before the features.
        case mechanisms(ServerStream.Security, isAddressed: Bool)
        /// With a security where compression has just begun.
        case session(again: ServerStream.Security?)
        /// To a session that was bound within its authentication.
        case bound
    }

    func features(_ offer: Offer, isCompressed: Bool) -> [UInt8] {
        let text =
            switch offer {
            case .encryption: encryptionOffer
            case .mechanisms(let security, let isAddressed):
                mechanismList(security) + extensionList(security, isAddressed) + before(isCompressed: isCompressed)
            case .session(let again): sessionOffer(again, isCompressed: isCompressed)
            case .bound: boundOffer
            }
        return Array("<stream:features>\(text)</stream:features>".utf8)
    }

    private var encryptionOffer: String {
        let tls = "urn:ietf:params:xml:ns:xmpp-tls"
        guard dialect == .openfire else { return "<starttls xmlns='\(tls)'><required/></starttls>" }
        return "<starttls xmlns='\(tls)'></starttls>" + mechanismList(ServerStream.Security())
            + before(isCompressed: false)
    }

    /// What is offered beside the mechanisms.
    private func before(isCompressed: Bool) -> String {
        compression(isCompressed) + (dialect == .openfire ? Self.openfireExtras : registration)
    }

    /// Openfire offers mechanisms once more to a client that compresses after its authentication.
    private func sessionOffer(_ again: ServerStream.Security?, isCompressed: Bool) -> String {
        var text = dialect == .openfire ? again.map(mechanismList) ?? "" : ""
        text += compression(isCompressed)
        text += "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
        text += "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>"
        if dialect == .openfire { text += "<sm xmlns='urn:xmpp:sm:2'/>" }
        return text + boundOffer
    }

    /// What is of use to a session that has its resource.
    private var boundOffer: String {
        var text = extensions.contains(.rosterVersion) ? "<ver xmlns='urn:xmpp:features:rosterver'/>" : ""
        if extensions.contains(.management) { text += "<sm xmlns='urn:xmpp:sm:3'/>" }
        if extensions.contains(.clientState) { text += "<csi xmlns='urn:xmpp:csi:0'/>" }
        return text
    }

    private func compression(_ isCompressed: Bool) -> String {
        guard extensions.contains(.compression), !isCompressed else { return "" }
        return "<compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>"
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
        <ver xmlns="urn:xmpp:features:rosterver"/><auth xmlns="http://jabber.org/features/iq-auth"/>\
        <register xmlns="http://jabber.org/features/iq-register"/>
        """
}
