import SASL
import XMLStream

// The server's side of Non-SASL Authentication (XEP-0078).

extension ServerStream {
    /// The query of a client that may log in so, here and now.
    func iqAuthQuery(in stanza: Element) -> Element? {
        guard profile.extensions.contains(.iqAuth), username == nil, stanza.isIQ,
            isSecured || profile.encryption != .starttls
        else { return nil }
        return stanza.firstChild("query", Namespace.iqAuth)
    }

    mutating func answer(_ query: Element, of stanza: Element, _ actions: inout [ServerAction]) {
        let id = stanza.attribute("id")?.string ?? ""
        if stanza.attribute("type")?.equals("set") == true { return logIn(query, id, &actions) }
        reply(
            id, "<query xmlns='jabber:iq:auth'><username/><password/><digest/><resource/></query>", nil, &actions)
    }

    private mutating func logIn(_ query: Element, _ id: String, _ actions: inout [ServerAction]) {
        let text = { (name: StaticString) in query.firstChild(name, Namespace.iqAuth)?.text.string }
        let (password, digest) = (text("password"), text("digest"))
        guard let name = text("username"), let resource = text("resource"), password ?? digest != nil else {
            return refuse(id, "<error code='406' type='modify'>", "not-acceptable", .iqAuth, &actions)
        }
        if refusal != nil {
            return refuse(id, "<error code='500' type='wait'>", "internal-server-error", .iqAuth, &actions)
        }
        guard accepts(name, password, digest) else {
            return refuse(id, "<error code='401' type='auth'>", "not-authorized", .iqAuth, &actions)
        }
        username = name
        let jid = adopt(resource: resource)
        reply(id, "", .iqAuth, &actions)
        actions.append(.bound(jid: jid))
    }

    private func accepts(_ name: String, _ password: String?, _ digest: String?) -> Bool {
        if let digest { return profile.accounts.accept(digest: digest, streamID: self.id, of: name) }
        return password.map { profile.accounts.accept(password: Secret($0), of: name) } ?? false
    }
}
