/// The XML namespaces of a login.
enum Namespace {
    static let streams: StaticString = "http://etherx.jabber.org/streams"
    static let client: StaticString = "jabber:client"
    static let streamErrors: StaticString = "urn:ietf:params:xml:ns:xmpp-streams"
    static let stanzaErrors: StaticString = "urn:ietf:params:xml:ns:xmpp-stanzas"
    static let tls: StaticString = "urn:ietf:params:xml:ns:xmpp-tls"
    static let sasl: StaticString = "urn:ietf:params:xml:ns:xmpp-sasl"
    static let channelBinding: StaticString = "urn:xmpp:sasl-cb:0"
    static let bind: StaticString = "urn:ietf:params:xml:ns:xmpp-bind"
    static let session: StaticString = "urn:ietf:params:xml:ns:xmpp-session"
    static let roster: StaticString = "jabber:iq:roster"
    static let ping: StaticString = "urn:xmpp:ping"
    static let register: StaticString = "jabber:iq:register"
    static let registerFeature: StaticString = "http://jabber.org/features/iq-register"
    static let dataForms: StaticString = "jabber:x:data"
    static let outOfBand: StaticString = "jabber:x:oob"
}
