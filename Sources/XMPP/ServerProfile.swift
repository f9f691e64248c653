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
    /// What is offered beside logging in; what the dialect names is always there.
    public let extensions: Extensions

    public init(
        domain: String, mechanisms: [Mechanism], encryption: Encryption, dialect: Dialect, accounts: SASLAccounts,
        extensions: Extensions = []
    ) {
        self.domain = domain
        self.mechanisms = mechanisms
        self.encryption = encryption
        self.dialect = dialect
        self.accounts = accounts
        self.extensions = dialect == .openfire ? extensions.union(Self.ofOpenfire) : extensions
    }

    private static let ofOpenfire: Extensions = [.compression, .management, .rosterVersion]

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
        case encryption
        case mechanisms(ServerStream.Security)
        /// With a security where compression has just begun.
        case session(again: ServerStream.Security?)
    }

    func features(_ offer: Offer, isCompressed: Bool) -> [UInt8] {
        let text =
            switch offer {
            case .encryption: encryptionOffer
            case .mechanisms(let security): mechanismList(security) + before(isCompressed: isCompressed)
            case .session(let again): sessionOffer(again, isCompressed: isCompressed)
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
        compression(isCompressed) + (dialect == .openfire ? Self.openfireExtras : "")
    }

    /// Openfire offers mechanisms once more to a client that compresses after its authentication.
    private func sessionOffer(_ again: ServerStream.Security?, isCompressed: Bool) -> String {
        var text = dialect == .openfire ? again.map(mechanismList) ?? "" : ""
        text += compression(isCompressed)
        if extensions.contains(.rosterVersion) { text += "<ver xmlns='urn:xmpp:features:rosterver'/>" }
        text += "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
        text += "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>"
        if dialect == .openfire { text += "<sm xmlns='urn:xmpp:sm:2'/>" }
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

    private static let openfireExtras = """
        <ver xmlns="urn:xmpp:features:rosterver"/><auth xmlns="http://jabber.org/features/iq-auth"/>\
        <register xmlns="http://jabber.org/features/iq-register"/>
        """
}
