import XMLStream

// What a server offers beside RFC 6120, where its profile says so: compression, stream management, client state, and
// versions of the roster.

extension ServerProfile {
    /// The version of every roster: all of them are empty and stay so.
    static let rosterVersion = "1"
}

extension ServerStream {
    /// Takes what belongs to an extension, and counts stanzas where the stream is managed.
    ///
    /// - Returns: whether there is nothing more to do about it.
    mutating func extended(_ stanza: Element, _ actions: inout [ServerAction]) -> Bool {
        let extensions = profile.extensions
        if extensions.contains(.compression), stanza.matches("compress", Namespace.compression), canCompress {
            compress(stanza, &actions)
        } else if extensions.contains(.management), stanza.isInNamespace(Namespace.management), username != nil {
            manage(stanza, &actions)
        } else if extensions.contains(.clientState), stanza.isInNamespace(Namespace.clientState), isBound {
            return stanza.hasName("active") || stanza.hasName("inactive")
        } else {
            if managed != nil, stanza.isStanza { count(stanza, &actions) }
            return false
        }
        return true
    }

    /// The roster that changed since the version that the client has.
    func roster(for query: Element) -> String {
        guard profile.extensions.contains(.rosterVersion) else { return "<query xmlns='jabber:iq:roster'/>" }
        let isCurrent = query.attribute("ver")?.equals(ServerProfile.rosterVersion) == true
        return isCurrent ? "" : "<query xmlns='jabber:iq:roster' ver='\(ServerProfile.rosterVersion)'/>"
    }
}

// MARK: - Compression

extension ServerStream {
    private var canCompress: Bool {
        !isCompressed && !isBound && (isSecured || profile.encryption != .starttls)
    }

    private mutating func compress(_ request: Element, _ actions: inout [ServerAction]) {
        guard request.firstChild("method", Namespace.compression)?.text.equals("zlib") == true else {
            let text = "<failure xmlns='http://jabber.org/protocol/compress'><unsupported-method/></failure>"
            return actions.append(.send(Array(text.utf8), answering: .compress))
        }
        isCompressed = true
        beginsCompressed = true
        reader.restart()
        actions.append(.send(Self.compressed, answering: nil))
        actions.append(.startCompression)
    }

    private static let compressed = Array("<compressed xmlns='http://jabber.org/protocol/compress'/>".utf8)
}

// MARK: - Stream management

extension ServerStream {
    private mutating func manage(_ element: Element, _ actions: inout [ServerAction]) {
        if element.hasName("enable"), isBound, managed == nil {
            enable(&actions)
        } else if element.hasName("resume"), !isBound, let id = element.attribute("previd")?.string {
            actions.append(.resume(id: id, handled: element.attribute("h").flatMap { UInt32($0.string) } ?? 0))
        } else if element.hasName("r"), let managed {
            actions.append(.send(Array("<a xmlns='urn:xmpp:sm:3' h='\(managed.handled)'/>".utf8), answering: nil))
        } else if element.hasName("a"), let managed {
            let count = element.attribute("h").flatMap { UInt32($0.string) }
            if count.map({ $0 <= managed.sent }) != true { fail("undefined-condition", &actions) }
        } else {
            refuse("unexpected-request", nil, &actions)
        }
    }

    private mutating func enable(_ actions: inout [ServerAction]) {
        managed = ManagedSession(id: id, username: username ?? "", jid: jid)
        let text = "<enabled xmlns='urn:xmpp:sm:3' id='\(id)' resume='true'/>"
        actions.append(.send(Array(text.utf8), answering: .enable))
        actions.append(.managed(id: id))
    }

    /// The answer to `ServerAction.resume`: this user's session with this id, nil if there is none. What was sent and is not
    /// handled is not sent again: it counts as never sent.
    ///
    /// - Parameter handled: how many of our stanzas the client has handled.
    public mutating func resume(_ session: ManagedSession?, handled: UInt32, _ actions: inout [ServerAction]) {
        guard var session, handled <= session.sent else {
            return refuse("item-not-found", .resume, &actions)
        }
        session.sent = handled
        managed = session
        isBound = true
        let text = "<resumed xmlns='urn:xmpp:sm:3' previd='\(escaped(session.id))' h='\(session.handled)'/>"
        actions.append(.send(Array(text.utf8), answering: .resume))
        actions.append(.managed(id: session.id))
    }

    /// The stream ends in order, or by its own fault: nobody resumes it.
    mutating func endManagement(_ actions: inout [ServerAction]) {
        if let managed { actions.append(.unmanaged(id: managed.id)) }
        managed = nil
    }

    private func refuse(_ condition: String, _ phase: LoginPhase?, _ actions: inout [ServerAction]) {
        let error = "<\(condition) xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
        actions.append(.send(Array("<failed xmlns='urn:xmpp:sm:3'>\(error)</failed>".utf8), answering: phase))
    }

    /// Presence is a good moment to ask what the client has handled.
    private mutating func count(_ stanza: Element, _ actions: inout [ServerAction]) {
        managed?.handled &+= 1
        if stanza.hasName("presence") { actions.append(.send(LoginScript.acknowledgementRequest, answering: nil)) }
    }
}
