/// A map being read: hands out values by key, and has reported the keys that nobody knows.
struct Fields {
    let place: Place
    private let entries: [String: Node.Entry]

    init(_ entries: [Node.Entry], place: Place) {
        self.place = place
        self.entries = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
    }

    subscript(key: String) -> Node? { entries[key]?.value }

    /// Where the key itself stands; the map's place if it does not.
    func place(of key: String) -> Place { entries[key]?.keyPlace ?? place }

    /// Of these keys, those that are given.
    func given(among keys: [String]) -> [String] { keys.filter { entries[$0] != nil } }
}

extension PlanReader {
    /// Reads a map; nil where it is none. `what` is how messages call it.
    func fields(_ node: Node, _ what: String, keys: [String]) -> Fields? {
        guard let entries = node.entries else {
            mismatch(node, expected: "a map with \(keys.joinedByOr)")
            return nil
        }
        diagnostics.note(keys, at: node.place)
        for entry in entries where !keys.contains(entry.key) { refuseUnknown(entry, what, keys: keys) }
        return Fields(entries, place: node.place)
    }

    private func refuseUnknown(_ entry: Node.Entry, _ what: String, keys: [String]) {
        let elsewhere = Grammar.homes(of: entry.key).filter { $0 != what }
        let near = Nearest.to(entry.key, among: keys)
        let hint = near == nil && !elsewhere.isEmpty ? ": it belongs to \(elsewhere.joinedByOr)" : ""
        diagnostics.refuse(
            entry.keyPlace, "unknown key \"\(entry.key.shortened)\" in \(what)\(hint)", suggestion: near)
    }

    /// Reads a scalar; nil where there is none, or where it was refused.
    func value<Value>(_ node: Node?, as kind: ValueKind<Value>) -> Value? {
        guard let node else { return nil }
        guard let scalar = node.scalar else {
            mismatch(node, expected: kind.expected)
            return nil
        }
        do throws(ValueError) {
            return try kind.read(scalar)
        } catch {
            refuse(error, node, scalar, kind.expected, isSecret: kind.isSecret)
            return nil
        }
    }

    /// The elements of a list; nil where it is none.
    func list(_ node: Node, of what: String) -> [Node]? {
        guard case .list(let elements) = node.content else {
            mismatch(node, expected: "a list of \(what)")
            return nil
        }
        return elements
    }

    func mismatch(_ node: Node, expected: String) {
        guard !node.isBroken else { return }
        diagnostics.refuse(node.place, "expected \(expected), found \(node.description)")
    }

    private func refuse(
        _ error: ValueError, _ node: Node, _ scalar: Node.Scalar, _ expected: String, isSecret: Bool
    ) {
        let place = error.offset.map(node.place(ofCharacter:)) ?? node.place
        if error.isComplete { return diagnostics.refuse(place, error.message, suggestion: error.suggestion) }
        let isQuotedNumber = !scalar.isPlain && error.suggestion == scalar.text
        let found =
            isSecret && !scalar.text.isEmpty ? "" : ", found \(isQuotedNumber ? "the text " : "")\(node.description)"
        let hint = isQuotedNumber ? " (without quotes)" : ""
        diagnostics.refuse(
            place, "expected \(expected)\(found)\(hint)", suggestion: isQuotedNumber ? nil : error.suggestion)
    }
}

/// Which keys each map of a scenario has.
enum Grammar {
    static let scenario = [
        "name", "seed", "arrivals", "interval", "target", "accounts", "login", "load", "session", "thresholds",
        "compare",
    ]
    static let target = [
        "address", "domain", "tls", "tls-versions", "tls-groups", "verify", "resume", "process", "heap",
        "owner-consents",
        "allow-plain-without-tls", "embedded",
    ]
    static let embedded = ["delay", "burn", "leak", "fail", "client-ca"]
    /// Phases whose answer the embedded server can hold back.
    static let delayable = [
        "greeting", "starttls", "offer", "compress", "sasl", "iq-auth", "restart", "resume", "bind", "session",
        "roster", "enable",
    ]
    static let accounts = [
        "pattern", "file", "anonymous", "count", "password", "order", "reuse", "resource", "certificate",
    ]
    static let certificate = ["cert", "key"]
    static let login = [
        "profile", "bind2", "fast", "mechanism", "scram-cache", "force", "compression", "steps", "roster-version",
        "timeout", "limits",
    ]
    static let limits = ["stanza", "iterations"]
    static let ownStep = ["name", "send", "expect"]
    static let session = ["stay", "ping", "whitespace", "reconnect"]
    static let reconnect = ["after", "every", "max", "jitter", "by"]
    static let compare = ["baseline", "variants", "blocks"]
    /// What the variants of an experiment may differ in.
    static let variable = ["target", "accounts", "login", "session"]
    static let shapes = ["ramp", "hold", "burst", "crowd", "outage", "recovery"]
    static let stageExtras = ["name", "arrivals"]
    static let shapeKeys = [
        "ramp": ["from", "to", "for"], "hold": ["rate", "for"], "burst": ["logins"],
        "crowd": ["sessions", "for", "logins"], "outage": ["for", "stop", "start", "timeout"],
        "recovery": ["share", "within"],
    ]

    private static let maps = [
        ("target", target), ("accounts", accounts), ("login", login), ("session", session), ("compare", compare),
        ("embedded", embedded), ("limits", limits), ("certificate", certificate), ("reconnect", reconnect),
        ("a stage", shapes), ("the scenario", scenario),
    ]

    /// The maps that have this key.
    static func homes(of key: String) -> [String] {
        maps.filter { $0.1.contains(key) }.map(\.0)
    }
}
