import SASL
public import XMLStream

extension Login {
    /// The bytes of one read. After `startTLS` the rest of the chunk is not looked at: it must be empty, or the login has
    /// failed, because whoever put it there spoke before the encryption (RFC 6120 section 5.4.2.3). So it is after
    /// `startCompression`: the server's compressed stream begins after ours.
    public mutating func receive(_ chunk: inout Chunk, using scratch: StanzaScratch, _ actions: inout [LoginAction]) {
        while state.isReading {
            do {
                guard let event = try reader.next(&chunk, using: scratch) else { return endRead(&actions) }
                handle(event, &actions)
            } catch { return fail(.xml, error.code.rawValue, explanation(of: error), &actions) }
        }
        if case .judging = state { return keep(&chunk, &actions) }
        guard chunk.remaining > 0 else { return }
        let what = chunk.isSpace ? "white space" : "bytes"
        if state == .securing {
            actions.removeAll { if case .startTLS = $0 { true } else { false } }
            let example = "\(chunk.remaining) before the TLS handshake; RFC 6120 section 5.3.3 forbids even white space"
            fail(LoginFailure(.starttls, .protocol, what + LoginFailure.afterProceed, example), &actions)
        }
        if state == .compressing {
            actions.removeAll { if case .startCompression = $0 { true } else { false } }
            fail(.protocol, "\(what) after <compressed/>", "\(chunk.remaining) before our header", &actions)
        }
    }

    /// A header without a version may still have an error behind it; what has not come with it by now never will.
    private mutating func endRead(_ actions: inout [LoginAction]) {
        guard lacksFeatures, case .awaitingFeatures = state, !reader.isWithinStanza else { return }
        fail(
            .protocol, LoginFailure.noVersion,
            "a server from before XMPP 1.0 offers no features: login.profile: iq-auth is for it", &actions)
    }

    /// What was met, and what to try where that is known.
    private func explanation(of error: XMLStreamError) -> String {
        let isAtTheStart = phase == .greeting && reader.isBeforeHeader
        switch error.code {
        case .tls where isAtTheStart: return "the port speaks TLS from the first byte: try tls: direct"
        case .http where isAtTheStart: return "a web server or a proxy answers at this port"
        case .ssh where isAtTheStart: return "an SSH server answers at this port"
        case .tooBig where !reader.isBeforeHeader: return "\(error.description); login.limits.stanza raises the limit"
        default: return error.description
        }
    }

    private mutating func handle(_ event: StreamEvent, _ actions: inout [LoginAction]) {
        switch event {
        case .opened(let root): opened(root, &actions)
        case .stanza(let stanza): received(stanza, &actions)
        case .closed: closed(&actions)
        }
    }

    private mutating func opened(_ root: Element, _ actions: inout [LoginAction]) {
        guard case .awaitingHeader(let phase) = state, root.isStreamHeader else {
            return unexpected(root, &actions)
        }
        state = .awaitingFeatures(phase)
        if case .iqAuth = script.profile { return noteStream(root, phase, &actions) }
        lacksFeatures = (phase == .greeting || phase == .offer) && root.isBeforeVersion1
    }

    private mutating func closed(_ actions: inout [LoginAction]) {
        if state == .closing {
            state = .over
            actions.append(.loggedOut)
        } else {
            fail(.closed, "by </stream:stream>", "the server closed the stream", &actions)
        }
    }

    private mutating func received(_ stanza: Element, _ actions: inout [LoginAction]) {
        if stanza.isStreamError { return streamError(stanza, &actions) }
        if state == .closing { return }  // nothing is said after our </stream:stream> (RFC 6120 section 4.4)
        if management != nil, isAcknowledgement(stanza, &actions) { return }
        if stanza.isRequest { return answer(stanza, &actions) }
        switch state {
        case .awaitingFeatures(let phase): features(stanza, ending: phase, &actions)
        case .awaitingProceed: proceed(stanza, &actions)
        case .authenticating where script.isExtensible: extensibleAuthentication(stanza, &actions)
        case .authenticating: authentication(stanza, &actions)
        case .awaitingResult(.iqAuth): iqAuthResult(stanza, &actions)
        case .awaitingResult(let phase): result(stanza, of: phase, &actions)
        case .awaitingForm: registrationForm(stanza, &actions)
        case .awaitingManagement(let phase): managementAnswered(stanza, phase, &actions)
        case .awaitingCompressed: compressionAnswered(stanza, &actions)
        case .online: if awaitsPong { noteAnswer(stanza) }
        case .idle, .awaitingHeader, .securing, .compressing, .deriving, .judging, .closing, .over:
            unexpected(stanza, &actions)
        }
    }

    private mutating func streamError(_ error: Element, _ actions: inout [LoginAction]) {
        let condition = error.condition(in: Namespace.streamErrors)
        let text = error.firstChild("text", Namespace.streamErrors)?.text.string ?? ""
        if let condition, condition.matches("see-other-host", Namespace.streamErrors) {
            redirected(to: condition.text.string, text, &actions)
        } else {
            fail(.stream, condition?.localName ?? "undefined-condition", text, &actions)
        }
    }

    /// A session that stands is not moved: to it this is an error like others.
    private mutating func redirected(to host: String, _ text: String, _ actions: inout [LoginAction]) {
        guard state == .online || state == .closing else { return fail(.redirect, host, text, &actions) }
        fail(.stream, "see-other-host", host, &actions)
    }

    mutating func unexpected(_ element: Element, _ actions: inout [LoginAction]) {
        let (name, expected) = ("<\(element.localName)/>", expectation)
        let isStranger = expected.contains(name) && !element.isIQ
        fail(
            .protocol, "expected \(expected), came \(name)\(isStranger ? " of another namespace" : "")",
            "in \(element.namespace)", &actions)
    }

    /// A value that is to be kept is longer than the protocol allows.
    mutating func tooLong(_ what: String, _ actions: inout [LoginAction]) {
        fail(.protocol, "\(what) is too long", &actions)
    }

    /// What would have been right, in words that a report can group by.
    private var expectation: String {
        switch state {
        case .awaitingHeader: "<stream:stream>"
        case .awaitingFeatures: "<stream:features/>"
        case .awaitingProceed: "<proceed/>"
        case .authenticating: "<challenge/> or <success/>"
        case .awaitingResult, .awaitingForm: "<iq/>"
        case .awaitingManagement(.enable): "<enabled/>"
        case .awaitingManagement: "<resumed/>"
        case .awaitingCompressed: "<compressed/>"
        case .idle, .securing, .compressing, .deriving, .judging, .online, .closing, .over: "nothing"
        }
    }
}

// MARK: - Requests of the server

extension Login {
    /// One may come at any time.
    private mutating func answer(_ request: Element, _ actions: inout [LoginAction]) {
        guard let id = request.attribute("id")?.string else { return unexpected(request, &actions) }
        let addressee = request.attribute("from").map { " to='\(escaped($0.string))'" } ?? ""
        let isKnown =
            request.firstChild("ping", Namespace.ping) != nil || request.firstChild("query", Namespace.roster) != nil
        let type = isKnown ? "result" : "error"
        let body =
            isKnown
            ? "/>"
            : "><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        send(stanza: Array("<iq type='\(type)' id='\(escaped(id))'\(addressee)\(body)".utf8), begins: nil, &actions)
        if script.usesRosterVersion { keepRosterVersion(of: request, &actions) }
    }

    /// Any answer to a ping will do: an error too comes from somebody who is there.
    private mutating func noteAnswer(_ stanza: Element) {
        if stanza.isIQ, stanza.attribute("id")?.equals("p\(pings)") == true { awaitsPong = false }
    }
}

extension Element {
    /// Whether a stream header is of a server from before XMPP 1.0, which no features follow (RFC 6120 section 4.7.5).
    var isBeforeVersion1: Bool {
        guard let version = attribute("version") else { return true }
        return version.equals("1.0") ? false : version.string.hasPrefix("0")
    }
}
