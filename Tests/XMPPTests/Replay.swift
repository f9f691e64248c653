import Foundation
import LibXML2
import SASL
import Synchronization
import TestSupport
import XMLStream

@testable import XMPP

/// Feeds the server's side of a recorded conversation to a login value.
struct Replay {
    private var login: Login
    private let scratch = StanzaScratch()
    private var actions: [LoginAction] = []
    private(set) var sent: [String] = []
    private var end: String?
    private var isLoggedIn = false
    private var isOver: Bool { end != nil }
    private var expectations: [Int: XPath] = [:]
    private(set) var phases: [LoginPhase] = []

    /// How it ended; a login that still waits when the recording ends would be a timeout in that phase.
    var outcome: String {
        let rest = end ?? (login.phase == .online ? nil : "waiting in \(login.phase?.name ?? "tls")")
        return [isLoggedIn ? "logged in" : nil, rest].compactMap { $0 }.joined(separator: ", then ")
    }

    private init(_ recorded: Recording, _ steps: [LoginScript.Step], force: Bool) {
        let script = LoginScript(
            domain: "localhost", encryption: recorded.usesTLS ? .starttls : .none,
            mechanisms: .preferred([recorded.mechanism]), force: force,
            steps: steps + (recorded.enables ? [.enable] : []),
            profile: recorded.profile, compression: recorded.compression)
        login = Login(
            script, credentials: recorded.credentials, resource: recorded.resource, nonces: .fixed(recorded.nonce),
            mayShowSecrets: true)
    }

    static let usualSteps: [LoginScript.Step] = [.bind, .session, .roster, .presence]

    /// - Parameters:
    ///   - steps: of the login.
    ///   - expectations: of its own steps, by their numbers.
    ///   - cut: where to cut each read of the server's in two; nil for none.
    ///   - force: whether a mechanism is tried that the server does not offer.
    static func outcome(
        of transcript: OpenfireTranscript, _ recording: Recording? = nil,
        steps: [LoginScript.Step] = usualSteps, expecting expectations: [Int: XPath] = [:], cut: Int? = nil,
        force: Bool = false
    ) -> Replay {
        var replay = Replay(recording ?? Recording(transcript), steps, force: force)
        replay.expectations = expectations
        replay.login.connected(&replay.actions)
        replay.perform()
        for event in transcript.events where !replay.isOver { replay.take(event, cut: cut) }
        return replay
    }

    private mutating func take(_ event: OpenfireTranscript.Event, cut: Int?) {
        switch event {
        case .server(let text, let channel):
            if channel == .tls, login.phase == nil { secure() }
            let bytes = Array(text.utf8)
            guard let cut, cut < bytes.count else { return feed(bytes) }
            feed(Array(bytes[..<cut]))
            feed(Array(bytes[cut...]))
        case .remark(let text) where text.hasPrefix("EOF"):
            if end == nil { end = login.isClosing ? "logged out" : "end of file in \(login.phase?.name ?? "tls")" }
        case .client(let text, _) where text.hasSuffix("</stream:stream>"):
            login.logOut(&actions)
            perform()
        case .remark, .client: break
        }
    }

    /// The recordings use few keys, and every cut would derive them anew.
    private static let known = Mutex<[KeyDerivation.CacheKey: Result<SaltedPassword, SASLError>]>([:])

    private static func derived(_ derivation: KeyDerivation) -> Result<SaltedPassword, SASLError> {
        known.withLock { known in
            let key = known[derivation.cacheKey] ?? Result { () throws(SASLError) in try derivation.run() }
            known[derivation.cacheKey] = key
            return key
        }
    }

    private mutating func secure() {
        login.secured(&actions)
        perform()
    }

    private mutating func feed(_ bytes: [UInt8]) {
        guard !isOver else { return }
        Chunk.reading(bytes) { login.receive(&$0, using: scratch, &actions) }
        perform()
    }

    private func isExpected(_ reply: Reply) -> Bool {
        guard let document = try? XMLDocument(reply.bytes) else { return false }
        return expectations[reply.step]?.isTrue(of: document) ?? false
    }

    private mutating func perform() {
        var next = 0
        while next < actions.count {
            let action = actions[next]
            next += 1
            switch action {
            case .send(let bytes, _): sent.append(String(decoding: bytes, as: UTF8.self))
            case .derive(let derivation): login.receive(derived: Self.derived(derivation), &actions)
            case .loggedIn: isLoggedIn = true
            case .loggedOut: end = "logged out"
            case .failed(let failure): end = "\(failure.phase.name): \(failure.kind.rawValue): \(failure.condition)"
            case .bindChannel(let request): login.receive(binding: nil, for: request, &actions)
            case .startCompression: login.compressed(&actions)
            case .judge(let reply):
                login.receive(judged: reply, isExpected: isExpected(reply), using: scratch, &actions)
            case .ended(let phase): phases.append(phase)
            case .endedRound, .startTLS, .fast, .fellBack, .rosterVersion: break
            }
        }
        actions.removeAll()
    }
}

/// What the recorded client did: which way it logged in, and with which nonce.
struct Recording {
    let usesTLS: Bool
    let mechanism: Mechanism
    let nonce: String
    let credentials: Credentials
    let profile: LoginScript.Profile
    let resource: String
    let compression: LoginScript.Compression
    let enables: Bool

    init(_ transcript: OpenfireTranscript) {
        let said = transcript.events.compactMap { event -> String? in
            if case .client(let text, _) = event { text } else { nil }
        }
        let all = said.joined(separator: "\n")
        usesTLS = all.contains("<starttls")
        enables = all.contains("<enable")
        let words = all.matches(of: #/<(compress|auth) /#).map { String($0.1) }
        compression =
            !words.contains("compress")
            ? .never : words.first == "compress" ? .beforeAuthentication : .afterAuthentication
        mechanism = Mechanism(rawValue: all.firstMatch(of: /mechanism='([^']*)'/).map { String($0.1) } ?? "PLAIN")
        let payloads = all.matches(of: />([A-Za-z0-9+\/=]{8,})</).compactMap { Base64.decode(Array($0.1.utf8)) }
            .map { String(decoding: $0, as: UTF8.self) }
        let talk = payloads.joined(separator: "\n")
        nonce =
            (talk.firstMatch(of: /cnonce="([^"]*)"/) ?? talk.firstMatch(of: /,r=([^,\n]*)/)).map { String($0.1) } ?? "n"
        let name =
            (talk.firstMatch(of: /username="([^"]*)"/) ?? talk.firstMatch(of: /n=([^,]*),r=/)
            ?? talk.firstMatch(of: /^(u\d+) [0-9a-f]{32}/) ?? talk.firstMatch(of: /\0([^\0]*)\0/)).map { String($0.1) }
            ?? Self.field("username", all) ?? "u1"
        let isDigest = Self.field("digest", all) != nil
        profile = all.contains("jabber:iq:auth") ? .iqAuth([isDigest ? .digest : .password]) : .sasl
        resource = Self.field("resource", all) ?? "lt"
        credentials = Credentials(username: name, password: Secret("pw"), domain: "localhost")
    }

    /// What an element held, such as a field of XEP-0078.
    private static func field(_ name: String, _ text: String) -> String? {
        guard let start = text.range(of: "<\(name)>")?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != "<" })
    }
}
