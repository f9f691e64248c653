import SASL
import XMLStream

// In-band registration, where the server keeps a registry (XEP-0077).

extension ServerStream {
    /// Where accounts can be made now: passwords are not asked for before encryption.
    var registry: AccountStore? {
        profile.encryption == .starttls && !isSecured ? nil : profile.registry
    }

    /// A request of somebody who has not authenticated.
    mutating func register(_ request: Element, _ actions: inout [ServerAction]) {
        guard let id = request.attribute("id")?.string, let type = request.attribute("type"),
            let query = request.firstChild("query", Namespace.register), let registry
        else { return fail("not-authorized", &actions) }
        guard type.equals("set") else {
            return reply(
                id, "<query xmlns='jabber:iq:register'><username/><password/></query>", .register, &actions)
        }
        guard let username = query.firstChild("username", Namespace.register)?.text.string,
            let password = query.firstChild("password", Namespace.register)?.text.string
        else { return refuse(id, "not-acceptable", .register, &actions) }
        switch registry.add(username, password: Secret(password)) {
        case .added: reply(id, "", .register, &actions)
        case .exists: refuse(id, "conflict", .register, &actions)
        case .full: refuse(id, "resource-constraint", .register, &actions)
        case .unusable: refuse(id, "not-acceptable", .register, &actions)
        }
    }

    func asksForRemoval(_ request: Element) -> Bool {
        profile.registry != nil
            && request.firstChild("query", Namespace.register)?.firstChild("remove", Namespace.register) != nil
    }

    /// Removes the account, and with it the session.
    mutating func remove(_ id: String, _ actions: inout [ServerAction]) {
        guard let username else { return }
        profile.registry?.remove(username)
        reply(id, "", .register, &actions)
        fail("not-authorized", &actions)
    }
}
