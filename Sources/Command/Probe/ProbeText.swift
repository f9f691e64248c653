import Metrics
import Reports
import Transport
import XMLStream
import XMPP

/// What a probe says, in words.
enum ProbeText {
    static func words(_ failure: TransportFailure) -> String {
        switch failure {
        case .refused: "connection refused"
        case .reset: "connection reset"
        case .closed: "the server closed the connection"
        case .timedOut: "no answer"
        case .doesNotRead: "the server asks and does not read"
        case .unreachable(let reason), .dns(let reason), .local(let reason): reason
        case .tls(let reason): reason + (ForeignSpeech(rawValue: reason).map { " (\($0.advice))" } ?? "")
        case .untrusted(let reason), .compression(let reason): reason
        }
    }

    static func words(_ failure: Failure) -> String {
        let example = failure.example.isEmpty ? "" : " (\(failure.example))"
        return "\(failure.kind.rawValue): \(failure.condition)\(example)"
    }

    /// What to look at next, as the end of the sentence that says what failed; empty where that tells nothing.
    static func advice(on failure: LoginFailure, at server: ProbedServer) -> String {
        switch (failure.condition, server.user) {
        case ("not-authorized", let user?):
            "; is there an account \(user) at \(server.domain), and is this its password?"
        case ("mechanism-not-offered", nil): "; --user NAME logs in by an account"
        case (_, _) where failure.kind == .redirect: "; a probe of that host says what is there"
        case ("host-unknown", _): "; --domain NAME asks for a domain that it serves"
        default: ""
        }
    }

    /// `TLSv1.3, TLS_AES_256_GCM_SHA384, x25519, a full handshake`
    static func words(_ summary: TLSSummary) -> String {
        let kind = summary.isResumed ? "a resumed handshake" : "a full handshake"
        return [summary.version, summary.cipher, summary.group, kind].compactMap(\.self).joined(separator: ", ")
    }

    /// - Parameters:
    ///   - isNamed: whether it is one for the domain.
    ///   - distrust: why it is not trusted; nil where it is.
    static func lines(
        _ certificate: CertificateSummary, domain: String, isNamed: Bool, distrust: String?, _ door: ForeignTextDoor
    ) -> [String] {
        let all = certificate.dnsNames + certificate.serviceNames + certificate.xmppAddresses
        let names = all.isEmpty ? "no DNS name" : door.shown(all.joined(separator: ", "), longest: longestNames)
        return [
            "certificate of \(door.shown(certificate.subject)), by \(door.shown(certificate.issuer)), \(certificate.key)",
            distrust.map { "not trusted: \($0)" } ?? "trusted: its chain is verified",
            "for \(names)" + (isNamed ? ", which covers \(domain)" : ": not for \(domain)"),
            "valid from \(certificate.notBefore) to \(certificate.notAfter), \(days(certificate.daysLeft))",
            "sha256 \(certificate.sha256)",
        ]
    }

    /// Of a hundred names, about.
    private static let longestNames = 2_400

    private static func days(_ left: Int) -> String {
        switch left {
        case ..<0: "which is over"
        case 1: "1 day left"
        default: "\(Format.count(left)) days left"
        }
    }
}

extension OfferedFeature {
    /// A child of `<stream:features/>`, or of one of them. What has a namespace of its own in it is offered along with it.
    init(_ element: Element, _ door: ForeignTextDoor) {
        let own = element.namespace
        let text = element.text.isEmpty ? [] : [element.text.string]
        let parts = element.children.flatMap { $0.hasName("inline") ? Array($0.children) : [$0] }
        self.init(
            name: door.shown(element.localName), namespace: door.shown(own),
            values: (text + parts.filter { $0.namespace == own }.compactMap(Self.value)).map { door.shown($0) },
            isRequired: parts.contains { $0.namespace == own && $0.hasName("required") },
            inline: parts.filter { $0.namespace != own }.map { OfferedFeature($0, door) })
    }

    /// What a child says: its text, or its type where that is all it has (XEP-0440).
    private static func value(_ child: Element) -> String? {
        child.text.isEmpty ? child.attribute("type")?.string : child.text.string
    }
}
