/// What an XMPP server may offer before and after a login, in words for somebody who sees it for the first time, each
/// with the document that defines it.
public enum ServerGuide {
    /// What a thing is for, and where that is written.
    public struct Entry: Sendable, Equatable {
        public let meaning: String
        public let document: String

        init(_ meaning: String, _ document: String) {
            self.meaning = meaning
            self.document = document
        }
    }

    /// A mechanism of SASL by its registered name; nil if nobody here knows it.
    public static func mechanism(_ name: String) -> Entry? {
        if let entry = mechanisms[name] { return entry }
        guard name.hasSuffix("-PLUS"), let plain = mechanisms[String(name.dropLast(5))] else { return nil }
        return Entry("\(plain.meaning); bound to this TLS connection", plain.document)
    }

    /// A child of `<stream:features/>` by its namespace; nil if nobody here knows it.
    public static func feature(_ namespace: String) -> Entry? { features[namespace] }

    /// A kind of channel binding by its registered name.
    public static func channelBinding(_ name: String) -> Entry? { channelBindings[name] }
}

// MARK: - Mechanisms

extension ServerGuide {
    private static let proof = "both sides prove that they know the password, without showing it"

    private static let mechanisms: [String: Entry] = [
        "SCRAM-SHA-1": Entry(proof, "RFC 5802"),
        "SCRAM-SHA-224": Entry(proof, "RFC 5802"),
        "SCRAM-SHA-256": Entry(proof, "RFC 7677"),
        "SCRAM-SHA-384": Entry(proof, "RFC 5802"),
        "SCRAM-SHA-512": Entry(proof, "RFC 5802 with SHA-512"),
        "SCRAM-SHA3-512": Entry(proof, "RFC 5802 with SHA3-512"),
        "PLAIN": Entry("sends the password itself: only over TLS", "RFC 4616"),
        "LOGIN": Entry("sends the password itself, which is obsolete", "draft-murchison-sasl-login"),
        "DIGEST-MD5": Entry("which is historic", "RFC 6331"),
        "CRAM-MD5": Entry("which is weak: the server proves nothing, and must keep the password", "RFC 2195"),
        "ANONYMOUS": Entry("no account: the server makes up an address", "RFC 4505"),
        "EXTERNAL": Entry("the client's TLS certificate says who it is", "RFC 4422 appendix A, XEP-0178"),
        "OAUTHBEARER": Entry("an access token in place of a password", "RFC 7628"),
        "OAUTH10A": Entry("an access token of OAuth 1.0a", "RFC 7628"),
        "X-OAUTH2": Entry("an access token, as Google once had it", "no standard"),
        "X-TOKEN": Entry("a token of Facebook's or MongooseIM's", "no standard"),
        "X-FACEBOOK-PLATFORM": Entry("Facebook's, which is gone", "no standard"),
        "X-MESSENGER-OAUTH2": Entry("Microsoft's, which is gone", "no standard"),
        "X-GOOGLE-TOKEN": Entry("Google's, which is gone", "no standard"),
        "JIVE-SHAREDSECRET": Entry("one secret that all clients share; the session is anonymous", "Openfire's own"),
        "GSSAPI": Entry("Kerberos", "RFC 4752"),
        "GSS-SPNEGO": Entry("Kerberos or NTLM, as Windows chooses", "RFC 4178"),
        "GS2-KRB5": Entry("Kerberos", "RFC 5801"),
        "NTLM": Entry("Windows' older one, which is weak", "no standard"),
        "KERBEROS_V4": Entry("which is obsolete", "RFC 2222"),
        "SKEY": Entry("one-time passwords, which is obsolete", "RFC 2444"),
        "OTP": Entry("one-time passwords", "RFC 2444"),
        "SECURID": Entry("the number on a hardware token", "RFC 2808"),
        "SAML20": Entry("a login at a web page of SAML 2.0", "RFC 6595"),
        "OPENID20": Entry("a login at a web page of OpenID", "RFC 6616"),
        "EAP-AES128": Entry("whatever EAP can do", "RFC 7055"),
        "ECDSA-NIST256P-CHALLENGE": Entry("a signature by a key of the account", "no standard"),
        "HT-SHA-256-NONE": Entry("a token of an earlier login", hashedTokens),
        "HT-SHA-256-ENDP": Entry("a token of an earlier login, bound to the server's certificate", hashedTokens),
        "HT-SHA-256-UNIQ": Entry("a token of an earlier login, bound to this TLS 1.2 connection", hashedTokens),
        "HT-SHA-256-EXPR": Entry("a token of an earlier login, bound to this TLS connection", hashedTokens),
        "HT-SHA-512-NONE": Entry("a token of an earlier login", hashedTokens),
        "HT-SHA-512-ENDP": Entry("a token of an earlier login, bound to the server's certificate", hashedTokens),
        "HT-SHA-512-UNIQ": Entry("a token of an earlier login, bound to this TLS 1.2 connection", hashedTokens),
        "HT-SHA-512-EXPR": Entry("a token of an earlier login, bound to this TLS connection", hashedTokens),
    ]

    private static let hashedTokens = "XEP-0484, draft-schmaus-kitten-sasl-ht"

    private static let channelBindings: [String: Entry] = [
        "tls-exporter": Entry("by a secret that only this connection has", "RFC 9266"),
        "tls-server-end-point": Entry("by the server's certificate", "RFC 5929"),
        "tls-unique": Entry("by the handshake's end, in TLS 1.2 only", "RFC 5929"),
    ]
}

// MARK: - Stream features

extension ServerGuide {
    private static let features: [String: Entry] = [
        "urn:ietf:params:xml:ns:xmpp-tls": Entry(
            "encrypts this connection before anybody logs in", "RFC 6120 section 5"),
        "urn:ietf:params:xml:ns:xmpp-sasl": Entry("ways to log in", "RFC 6120 section 6"),
        "urn:xmpp:sasl:2": Entry("logs in with fewer round trips, and takes other steps along", "XEP-0388"),
        "urn:xmpp:sasl-cb:0": Entry("how a login can be bound to the TLS connection", "XEP-0440"),
        "urn:xmpp:sasl:upgrade:0": Entry("stores a stronger hash of the password at a login", "XEP-0480"),
        "urn:xmpp:ssdp:0": Entry("notices who takes strong mechanisms out of the offer", "XEP-0474"),
        "urn:xmpp:domain-based-name:1": Entry("the host that Kerberos knows the server by", "XEP-0233"),
        "urn:xmpp:bind:0": Entry("makes the session within the login", "XEP-0386"),
        "urn:xmpp:fast:0": Entry("a token for the next login, which saves round trips and hashing", "XEP-0484"),
        "urn:xmpp:isr:0": Entry("goes on with a session that was cut, in one round trip", "XEP-0397"),
        "urn:ietf:params:xml:ns:xmpp-bind": Entry("gives the session its full address", "RFC 6120 section 7"),
        "urn:ietf:params:xml:ns:xmpp-session": Entry("a step of 2004 that does nothing any more", "RFC 3921 section 3"),
        "urn:xmpp:sm:2": Entry("acknowledges stanzas and goes on with a session that was cut", "XEP-0198"),
        "urn:xmpp:sm:3": Entry("acknowledges stanzas and goes on with a session that was cut", "XEP-0198"),
        "urn:xmpp:csi:0": Entry("a client may say that nobody is looking, and is sent less", "XEP-0352"),
        "urn:xmpp:features:rosterver": Entry("sends the contact list only where it changed", "RFC 6121 section 2.6"),
        "urn:xmpp:features:pre-approval": Entry("agrees to contacts before they ask", "RFC 6121 section 3.4"),
        "http://jabber.org/features/compress": Entry("compresses the stream", "XEP-0138"),
        "http://jabber.org/features/iq-auth": Entry("the way to log in before 2004, which is obsolete", "XEP-0078"),
        "http://jabber.org/features/iq-register": Entry("anybody may make an account", "XEP-0077"),
        "urn:xmpp:invite": Entry("an invitation lets somebody make an account", "XEP-0445"),
        "urn:xmpp:ibr-token:0": Entry("an invitation lets somebody make an account", "XEP-0445"),
        "urn:xmpp:stream-limits:0": Entry("the longest stanza and the longest silence it takes", "XEP-0478"),
        "http://jabber.org/protocol/caps": Entry("names the server's software and abilities", "XEP-0115"),
        "urn:xmpp:caps": Entry("names the server's abilities", "XEP-0390"),
        "http://jabber.org/features/amp": Entry("rules for the delivery of messages", "XEP-0079"),
        "http://jabber.org/features/msgoffline": Entry("keeps messages for who is offline", "XEP-0160"),
        "urn:xmpp:features:dialback": Entry("for servers: proves a domain by asking back", "XEP-0220"),
        "urn:xmpp:bidi": Entry("for servers: one connection both ways", "XEP-0288"),
        "p1:push": Entry("notifies a phone", "ProcessOne's own"),
        "p1:rebind": Entry("takes a session over", "ProcessOne's own"),
        "p1:ack": Entry("acknowledges stanzas", "ProcessOne's own"),
    ]
}

// MARK: - Phases

extension ServerGuide {
    /// What has happened once a phase of a login is over.
    public static func phase(_ name: String) -> String { phases[name] ?? "" }

    private static let phases = [
        "resolve": "the name has addresses",
        "connect": "a TCP connection stands",
        "greeting": "the server opened its stream and said what it offers",
        "starttls": "it agreed to encrypt",
        "offer": "a new stream, encrypted, and what it offers there",
        "compress": "the stream is compressed",
        "sasl": "logged in",
        "iq-auth": "logged in",
        "restart": "a new stream for who has logged in, and what it offers now",
        "bind": "the session has its full address",
        "session": "the step of 2004 is done",
        "roster": "the contact list is there",
        "enable": "stanzas are acknowledged from here on",
        "resume": "the session that was cut goes on",
    ]
}
