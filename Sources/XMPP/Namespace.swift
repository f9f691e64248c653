/// The XML namespaces of a login.
enum Namespace {
    static let streams: StaticString = "http://etherx.jabber.org/streams"
    static let client: StaticString = "jabber:client"
    static let streamErrors: StaticString = "urn:ietf:params:xml:ns:xmpp-streams"
    static let stanzaErrors: StaticString = "urn:ietf:params:xml:ns:xmpp-stanzas"
    static let tls: StaticString = "urn:ietf:params:xml:ns:xmpp-tls"
    static let sasl: StaticString = "urn:ietf:params:xml:ns:xmpp-sasl"
    static let sasl2: StaticString = "urn:xmpp:sasl:2"
    static let bind2: StaticString = "urn:xmpp:bind:0"
    static let fast: StaticString = "urn:xmpp:fast:0"
    static let iqAuthFeature: StaticString = "http://jabber.org/features/iq-auth"
    static let iqAuth: StaticString = "jabber:iq:auth"
    static let channelBinding: StaticString = "urn:xmpp:sasl-cb:0"
    static let bind: StaticString = "urn:ietf:params:xml:ns:xmpp-bind"
    static let session: StaticString = "urn:ietf:params:xml:ns:xmpp-session"
    static let roster: StaticString = "jabber:iq:roster"
    static let ping: StaticString = "urn:xmpp:ping"
}
