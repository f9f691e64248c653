public import SASL
import XMLStream

/// What every login of a run has in common, with the bytes that do not change made once.
public final class LoginScript: Sendable {
    public enum Encryption: Sendable, Equatable {
        case starttls, direct, none
    }

    public enum Step: Sendable, Equatable {
        case bind, session, roster
        /// Sent and not awaited: RFC 6121 owes its sender no answer.
        case presence
        /// Stream management, resumable (XEP-0198).
        case enable
        /// Client state (XEP-0352): sent and not awaited, left out where the server does not offer it.
        case active, inactive
        /// Removes the account (XEP-0077 section 3.2); the last one, for the server ends the session with it.
        case remove
        /// A stanza of the scenario's own.
        case own(OwnStep)
    }

    public enum Purpose: Sendable, Equatable {
        case login
        /// To make the account (XEP-0077 section 3.1) where a login would authenticate; no step is taken after it.
        case registration
    }

    /// When the stream is compressed (XEP-0138).
    public enum Compression: Sendable, Equatable {
        case never, beforeAuthentication, afterAuthentication
    }

    /// What a server may ask of a login.
    public struct Limits: Sendable, Equatable {
        /// Of a stanza with its tags, in bytes: so much of it is kept while it is incomplete.
        public var stanzaBytes: Int
        /// Of SCRAM.
        public var iterations: Int

        public init(stanzaBytes: Int = 2 << 20, iterations: Int = SASLClient.usualIterationLimit) {
            self.stanzaBytes = stanzaBytes
            self.iterations = iterations
        }

        var ofReader: StreamReader.Limits {
            var limits = StreamReader.Limits()
            limits.stanzaBytes = stanzaBytes
            return limits
        }
    }

    public enum MechanismChoice: Sendable, Equatable {
        /// The strongest that the server offers.
        case strongest
        /// The first of these that the server offers. Never empty.
        case preferred([Mechanism])
    }

    /// What the client shows to a server that asks for its certificate. With one, `strongest` prefers EXTERNAL where it
    /// is offered.
    public enum Certificate: Sendable, Equatable {
        case none
        /// The account's: the server reads from it who logs in (XEP-0178 section 2).
        case own
        /// One for all accounts: the login says as whom it acts.
        case shared
    }

    public let domain: String
    public let encryption: Encryption
    public let mechanisms: MechanismChoice
    /// Uses the first preferred mechanism even if the server does not offer it.
    public let force: Bool
    public let steps: [Step]
    public let certificate: Certificate
    public let profile: Profile
    public let compression: Compression
    /// Asks for the roster as changed since the version that is known, where the server has versions (RFC 6121 section
    /// 2.6).
    public let usesRosterVersion: Bool
    /// What is worth looking for in the features after authentication.
    let extensions: SessionExtensions
    /// Whether the steps leave the client inactive.
    let endsInactive: Bool
    public let purpose: Purpose
    public let limits: Limits
    let header: [UInt8]
    let hasOwnSteps: Bool

    public init(
        domain: String, encryption: Encryption, mechanisms: MechanismChoice = .strongest, force: Bool = false,
        steps: [Step] = [.bind, .session, .roster, .presence], certificate: Certificate = .none,
        profile: Profile = .sasl, compression: Compression = .never, usesRosterVersion: Bool = false,
        purpose: Purpose = .login, limits: Limits = Limits()
    ) {
        self.domain = domain
        self.encryption = encryption
        self.mechanisms = mechanisms
        self.force = force
        self.steps = purpose == .login ? steps : []
        self.certificate = certificate
        self.profile = profile
        self.compression = compression
        self.usesRosterVersion = usesRosterVersion
        extensions = SessionExtensions(steps, usesRosterVersion: usesRosterVersion)
        endsInactive = steps.last { $0 == .active || $0 == .inactive } == .inactive
        self.purpose = purpose
        self.limits = limits
        hasOwnSteps = steps.contains { if case .own = $0 { true } else { false } }
        header = Array(
            """
            <?xml version='1.0'?><stream:stream to='\(escaped(domain))' version='1.0' xmlns='jabber:client' \
            xmlns:stream='http://etherx.jabber.org/streams'>
            """.utf8)
    }

    /// The kinds of channel binding to look for, in order of preference.
    ///
    /// Where the server does not say what it takes (XEP-0440), a mechanism that was chosen by name tries its default;
    /// `strongest` binds by `tls-unique` alone then, because servers that offer -PLUS on TLS 1.3 without a word about
    /// the kinds were seen to refuse RFC 9266's.
    func bindingKinds(advertised: [ChannelBinding.Kind]?) -> [ChannelBinding.Kind] {
        if let advertised { return ChannelBinding.Kind.allCases.filter(advertised.contains) }
        if case .strongest = mechanisms { return [.tlsUnique] }
        return [.tlsUnique, .tlsExporter, .tlsServerEndPoint]
    }

    /// Whether one of its mechanisms makes the client compute: what that costs is worth measuring.
    public var mayComputeSASL: Bool {
        if case .iqAuth = profile { return false }
        return switch mechanisms {
        case .strongest: true
        case .preferred(let list): usesTokens || list.contains(where: \.needsComputation)
        }
    }

    /// The mechanism for what a server offers; nil if nothing fits.
    ///
    /// - Parameter canBind: whether the connection has a channel binding that the server takes.
    func mechanism(of offer: MechanismOffer, canBind: Bool = false) -> Mechanism? {
        switch mechanisms {
        case .strongest where certificate != .none && offer.contains(.external): .external
        case .strongest: Mechanism.strongest(of: offer.names, canBind: canBind)
        case .preferred(let list):
            list.first { (canBind || !$0.bindsChannel) && offer.contains($0) } ?? (force ? list.first : nil)
        }
    }

    static let starttls = Array("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8)
    static let session = Array(
        "<iq type='set' id='s1'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>".utf8)
    static let roster = Array("<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>".utf8)
    static let presence = Array("<presence/>".utf8)
    static let enable = Array("<enable xmlns='urn:xmpp:sm:3' resume='true'/>".utf8)
    static let acknowledgementRequest = Array("<r xmlns='urn:xmpp:sm:3'/>".utf8)
    static let active = Array("<active xmlns='urn:xmpp:csi:0'/>".utf8)
    static let inactive = Array("<inactive xmlns='urn:xmpp:csi:0'/>".utf8)
    static let compress = Array(
        "<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>".utf8)
    static let end = Array("</stream:stream>".utf8)
    static let bindToAny = Array("<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>".utf8)

    static func bind(resource: String?) -> [UInt8] {
        guard let resource else { return bindToAny }
        return Array(
            """
            <iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
            <resource>\(escaped(resource))</resource></bind></iq>
            """.utf8)
    }
}

extension LoginScript {
    static func resume(_ session: StreamResumption) -> [UInt8] {
        let count = session.management.handled
        return Array("<resume xmlns='urn:xmpp:sm:3' h='\(count)' previd='\(escaped(session.id))'/>".utf8)
    }

    /// The roster as changed since this version; empty for none that is known.
    static func roster(since version: String) -> [UInt8] {
        Array("<iq type='get' id='r1'><query xmlns='jabber:iq:roster' ver='\(escaped(version))'/></iq>".utf8)
    }
}

/// Text as it may stand in content and in either kind of quotes.
func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { "<>&'\"".utf8.contains($0) }) else { return text }
    return text.reduce(into: "") { result, character in
        switch character {
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "&": result += "&amp;"
        case "'": result += "&apos;"
        case "\"": result += "&quot;"
        default: result.append(character)
        }
    }
}
