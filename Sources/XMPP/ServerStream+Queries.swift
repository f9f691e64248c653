import XMLStream

extension ServerStream {
    /// What the result of a request holds that is about the server or the account; nil where the request is unknown.
    static func answer(to request: Element) -> String? {
        guard let query = request.firstChild else { return nil }
        if query.matches("ping", Namespace.ping) { return "" }
        if query.matches("vCard", Namespace.vcard) { return "<vCard xmlns='vcard-temp'/>" }
        return query.matches("query", Namespace.discoInfo) ? serverInformation : nil
    }

    /// XEP-0030 section 3.
    private static let serverInformation = """
        <query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' name='Muster'/>\
        <feature var='http://jabber.org/protocol/disco#info'/><feature var='jabber:iq:roster'/>\
        <feature var='urn:xmpp:ping'/><feature var='vcard-temp'/></query>
        """
}
