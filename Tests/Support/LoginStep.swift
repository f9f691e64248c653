/// A step of a login at which a ``ScriptedServer`` can misbehave: what comes before it, the right answer, and what follows.
public struct LoginStep: Sendable, Equatable {
    /// As in the table of `docs/reliability.md`.
    public let name: String
    /// The phase in which a login waits for the answer.
    public let phase: String
    /// What the server needs to come so far: it has heard what asks for the answer.
    let before: [ScriptedServer.Line]
    /// Empty where a script cannot say it.
    let answer: String
    let after: [ScriptedServer.Line]
    /// Whether it belongs to a login with STARTTLS, which no script brings to its end.
    public var needsSTARTTLS: Bool { name == "starttls" || name == "tls" }

    public static func == (left: LoginStep, right: LoginStep) -> Bool { left.name == right.name }

    /// What a server says that does everything right.
    public static var good: [ScriptedServer.Line] { script(of: exchanges[...]) + end }

    public static let all: [LoginStep] = steps(of: exchanges) + steps(of: withSTARTTLS).suffix(2)

    private typealias Exchange = (name: String, phase: String, hear: ScriptedServer.Line?, say: String)

    private static func steps(of exchanges: [Exchange]) -> [LoginStep] {
        exchanges.indices.map { index in
            let own = exchanges[index]
            return LoginStep(
                name: own.name, phase: own.phase,
                before: script(of: exchanges[..<index]) + (own.hear.map { [$0] } ?? []), answer: own.say,
                after: script(of: exchanges[(index + 1)...]) + end)
        }
    }

    private static func script(of exchanges: ArraySlice<Exchange>) -> [ScriptedServer.Line] {
        exchanges.flatMap { ($0.hear.map { [$0] } ?? []) + [.say($0.say)] }
    }

    private static let end: [ScriptedServer.Line] = [.hear("</stream:stream>"), .say("</stream:stream>")]
    private static let header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>"

    private static func features(_ content: String) -> String { "<stream:features>\(content)</stream:features>" }

    private static func result(_ id: String, _ content: String = "") -> String {
        "<iq type='result' id='\(id)'>\(content)</iq>"
    }

    private static let bind = "urn:ietf:params:xml:ns:xmpp-bind"
    private static let exchanges: [Exchange] = [
        ("header", "greeting", .hear("<stream:stream"), header),
        (
            "features", "greeting", nil,
            features(
                "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>")
        ),
        ("sasl", "sasl", .hear("</auth>"), "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
        (
            "restart", "restart", .hear("<stream:stream"),
            header + features("<bind xmlns='\(bind)'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>")
        ),
        ("bind", "bind", .hear("b1"), result("b1", "<bind xmlns='\(bind)'><jid>u@localhost/a</jid></bind>")),
        ("session", "session", .hear("s1"), result("s1")),
        ("roster", "roster", .hear("r1"), result("r1", "<query xmlns='jabber:iq:roster'/>")),
    ]

    private static let withSTARTTLS: [Exchange] = [
        (
            "features", "greeting", .hear("<stream:stream"),
            header + features("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        ),
        ("starttls", "starttls", .hear("<starttls"), "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        ("tls", "tls", .hearMore, ""),
    ]
}
