import SASL
import XMLStream
import XMPP

private let mechanisms: [LoginScript.MechanismChoice] =
    [.strongest] + Mechanism.supported.map { .preferred([$0]) }

private let profiles: [LoginScript.Profile] = [
    .sasl, .iqAuth([.digest, .password]), .extensible(LoginScript.ExtensibleOptions(usesTokens: true)),
]

/// The first bytes choose the script and the length of the reads; the rest is what the server says, whatever is asked.
func fuzzLogin(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let script = LoginScript(
        domain: "example.org", encryption: input.choice(of: [.none, .starttls, .direct]),
        mechanisms: input.choice(of: mechanisms), force: input.byte() & 1 == 1,
        steps: [.bind, .session, .roster, .presence, .enable, .inactive],
        profile: input.choice(of: profiles),
        compression: input.choice(of: [.never, .beforeAuthentication, .afterAuthentication]),
        usesRosterVersion: true)
    var talk = LoginTalk(script)
    for piece in input.pieces(of: input.byte()) { talk.hear(piece) }
    talk.leave()
    precondition(talk.sent <= 16 * bytes.count + 64 * 1024, "it says much more than it hears")
}

/// A login and what is done for it, as a lane would.
private struct LoginTalk {
    private var login: Login
    private let scratch = StanzaScratch()
    private var actions: [LoginAction] = []
    private var isOver = false
    private(set) var sent = 0

    init(_ script: LoginScript) {
        login = Login(
            script, credentials: Credentials(username: "u1", password: Secret("pencil"), domain: "example.org"),
            resource: "m1", nonces: .fixed("abc"), mayShowSecrets: true)
        login.connected(&actions)
        perform()
    }

    mutating func hear(_ bytes: [UInt8]) {
        guard !isOver else { return }
        Chunk.reading(bytes) { login.receive(&$0, using: scratch, &actions) }
        perform()
    }

    mutating func leave() {
        guard !isOver else { return }
        login.ping(&actions)
        login.logOut(&actions)
        perform()
    }

    private mutating func perform() {
        var next = 0
        while next < actions.count {
            precondition(!isOver, "something is to be done after the end")
            let action = actions[next]
            next += 1
            perform(action)
        }
        actions.removeAll()
    }

    private mutating func perform(_ action: LoginAction) {
        switch action {
        case .send(let bytes, _): sent += bytes.count
        case .startTLS: login.secured(&actions)
        case .startCompression: login.compressed(&actions)
        case .derive(let derivation): login.receive(derived: key(derivation), &actions)
        case .bindChannel(let request): login.receive(binding: nil, for: request, &actions)
        case .judge(let reply): login.receive(judged: reply, isExpected: true, using: scratch, &actions)
        case .failed, .loggedOut: isOver = true
        case .ended, .endedRound, .fast, .fellBack, .rosterVersion, .loggedIn: break
        }
    }

    /// A long one would only hold up the fuzzer.
    private func key(_ derivation: KeyDerivation) -> Result<SaltedPassword, SASLError> {
        guard derivation.cacheKey.iterations <= 100 else { return .failure(SASLError(.unsupported, "too long")) }
        return Result { () throws(SASLError) in try derivation.run() }
    }
}
