/// What a server may do in place of the right answer to a step.
public struct HostileBehaviour: Sendable {
    /// As in the table of `docs/reliability.md`.
    public let name: String
    /// Whether it keeps both sides busy until the client's time is over.
    public let isBusy: Bool
    /// How its logins end where chance has a say: each of them in one of these ways.
    public let alternatives: Set<String>
    private let lines: @Sendable (LoginStep) -> [ScriptedServer.Line]?

    private init(
        _ name: String, isBusy: Bool = false, alternatives: Set<String> = [],
        _ lines: @escaping @Sendable (LoginStep) -> [ScriptedServer.Line]?
    ) {
        self.name = name
        self.isBusy = isBusy
        self.alternatives = alternatives
        self.lines = lines
    }

    private init(_ name: String, saying text: String) {
        self.init(name) { _ in [.say(text), .hearTheEnd] }
    }

    /// The whole script of a server that misbehaves at this step; nil where it cannot.
    public func script(at step: LoginStep) -> [ScriptedServer.Line]? { lines(step).map { step.before + $0 } }

    public static let all = [
        HostileBehaviour("closes") { _ in [] },
        HostileBehaviour("resets") { _ in [.reset] },
        HostileBehaviour("is silent") { _ in [.hearTheEnd] },
        HostileBehaviour("stops half-way") { $0.half.map { [.say($0), .hearTheEnd] } },
        HostileBehaviour("closes half-way") { $0.half.map { [.say($0)] } },
        HostileBehaviour("ends its stream", saying: "</stream:stream>"),
        HostileBehaviour("has an error", saying: streamError("<internal-server-error xmlns='\(errors)'/>")),
        HostileBehaviour(
            "sends elsewhere", saying: streamError("<see-other-host xmlns='\(errors)'>192.0.2.1</see-other-host>")),
        HostileBehaviour("says something else", saying: "<evil xmlns='urn:evil'/>"),
        HostileBehaviour("says it in another namespace") { $0.elsewhere.map { [.say($0), .hearTheEnd] } },
        HostileBehaviour("says it twice") { step in
            step.answer.isEmpty ? nil : [.say(step.answer + step.answer)] + step.after
        },
        HostileBehaviour("says it byte by byte") { step in
            step.answer.isEmpty || step.needsSTARTTLS ? nil : step.answer.map { .say(String($0)) } + step.after
        },
        HostileBehaviour("sends noise") { _ in [.sayBytes([0x3C, 0, 1, 0xFF, 0xFE, 0x80]), .hearTheEnd] },
        HostileBehaviour("sends what is not UTF-8") { _ in [.sayBytes(Array("<a>".utf8) + [0xC0, 0xAF]), .hearTheEnd] },
        HostileBehaviour("speaks TLS in the clear") { _ in [.sayBytes([0x15, 3, 3, 0, 2, 2, 70]), .hearTheEnd] },
        HostileBehaviour("speaks HTTP", saying: "HTTP/1.1 400 Bad Request\r\n\r\n"),
        HostileBehaviour("sends a comment", saying: "<!-- -->"),
        HostileBehaviour("defines entities", saying: "<!DOCTYPE a [<!ENTITY b 'bbbb'>]>"),
        HostileBehaviour("uses an entity", saying: "<a>&b;</a>"),
        HostileBehaviour("never ends a stanza") { _ in
            [.say("<a>"), .sayForever(String(repeating: "x", count: 65_536))]
        },
        HostileBehaviour("never ends a tag") { _ in
            [.say("<a b='"), .sayForever(String(repeating: "x", count: 65_536))]
        },
        HostileBehaviour("nests without end") { _ in [.sayForever(String(repeating: "<a>", count: 1000))] },
        HostileBehaviour("has 200 attributes", saying: "<a\((0..<200).map { " b\($0)=''" }.joined())/>"),
        HostileBehaviour("declares namespaces without end", saying: namespaces),
        HostileBehaviour("sends white space without end", isBusy: true) { _ in
            [.sayForever(String(repeating: " ", count: 4096))]
        },
        HostileBehaviour(
            "asks without end, and does not read", isBusy: true,
            alternatives: ["protocol: does not read", "timeout"]
        ) { _ in
            [.sayForever(String(repeating: "<iq xmlns='jabber:client' type='get' id='\(long)'/>", count: 10))]
        },
    ]

    private static let long = String(repeating: "q", count: 4096)
    private static let errors = "urn:ietf:params:xml:ns:xmpp-streams"

    private static func streamError(_ content: String) -> String {
        "<e:error xmlns:e='http://etherx.jabber.org/streams'>\(content)</e:error>"
    }

    private static let namespaces: String = {
        let declarations = (0..<120).map { " xmlns:p\($0)='u\($0)'" }.joined()
        return String(repeating: "<a\(declarations)>", count: 30) + "<p3:b/>" + String(repeating: "</a>", count: 30)
    }()
}

extension LoginStep {
    fileprivate var half: String? {
        answer.isEmpty ? nil : String(answer.prefix(answer.count / 2))
    }

    fileprivate var elsewhere: String? {
        guard !answer.isEmpty else { return nil }
        return answer.replacing("http://etherx.jabber.org/streams", with: "urn:evil")
            .replacing(/<(iq|success|proceed)( xmlns='[^']*')?/) { "<\($0.output.1) xmlns='urn:evil'" }
            .replacing("<stream:features", with: "<features xmlns='urn:evil'")
            .replacing("</stream:features>", with: "</features>")
    }
}
