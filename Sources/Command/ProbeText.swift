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
        case .unreachable(let reason), .dns(let reason), .local(let reason): reason
        case .tls(let reason), .compression(let reason): reason
        }
    }

    static func words(_ failure: LoginFailure) -> String {
        let example = failure.example.isEmpty ? "" : " (\(failure.example))"
        return "\(failure.kind.rawValue): \(failure.condition)\(example)"
    }

    static func lines(_ certificate: CertificateSummary) -> [String] {
        [
            "certificate of \(certificate.subject), by \(certificate.issuer), \(certificate.key)",
            "for \(certificate.dnsNames.isEmpty ? "no DNS name" : certificate.dnsNames.joined(separator: ", "))",
            "valid from \(certificate.notBefore) to \(certificate.notAfter)", "sha256 \(certificate.sha256)",
        ]
    }

    /// One child of stream features.
    static func offer(_ feature: Element) -> String {
        let names = feature.children.filter { !$0.text.isEmpty }.map { explained($0.text.string) } + inline(feature)
        let required = feature.children.contains { $0.hasName("required") } ? ", required" : ""
        guard names.isEmpty else { return "\(feature.localName): \(names.joined(separator: ", "))" }
        return "\(feature.localName)\(required) (\(feature.namespace))"
    }

    /// What XEP-0388 offers to do within the authentication.
    private static func inline(_ feature: Element) -> [String] {
        feature.children.first { $0.hasName("inline") }?.children.map { "inline \($0.localName)" } ?? []
    }

    /// A mechanism with what a newcomer should know of it.
    private static func explained(_ name: String) -> String {
        switch name {
        case "DIGEST-MD5": "\(name) (historic: RFC 6331)"
        case "CRAM-MD5": "\(name) (obsolete)"
        case "PLAIN": "\(name) (the password itself: only over TLS)"
        default: name
        }
    }

    /// The XML without what could be used to log in: payloads of SASL, passwords, digests and tokens.
    static func masked(_ xml: String) -> String {
        xml.replacing(secretText) { "\($0.1)***" }.replacing(secretAttribute) { "\($0.1)***" }
    }

    private static var secretText: Regex<(Substring, Substring)> {
        #/(<(?:auth|initial-response|response|challenge|success|additional-data|password|digest|token)\b[^>]*>)[^<]+/#
    }

    private static var secretAttribute: Regex<(Substring, Substring)> { #/(<token\b[^>]*\stoken=['"])[^'"]+/# }
}
