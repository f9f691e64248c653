import SASL
import XMLStream

/// The mechanisms in a server's features (RFC 6120 section 6.4.1, or XEP-0388 section 2.1). Names are looked at where they stand: a load test asks
/// thousands of times a second whether the same one is there.
struct MechanismOffer {
    private let mechanisms: Element?
    private let features: Element
    private let namespace: StaticString

    init(_ features: Element) {
        self.features = features
        namespace = Namespace.sasl
        mechanisms = features.firstChild("mechanisms", namespace)
    }

    /// - Parameter authentication: what XEP-0388 has in place of `<mechanisms/>`; nil if it is not offered.
    init(_ features: Element, extensible authentication: Element?) {
        self.features = features
        namespace = Namespace.sasl2
        mechanisms = authentication
    }

    /// The channel bindings that the server says it takes (XEP-0440); nil if it says nothing. Unknown ones are left out.
    var bindings: [ChannelBinding.Kind]? {
        features.firstChild("sasl-channel-binding", Namespace.channelBinding)?.children
            .filter { $0.matches("channel-binding", Namespace.channelBinding) }
            .compactMap { $0.attribute("type").flatMap { ChannelBinding.Kind(rawValue: $0.string) } }
    }

    func contains(_ mechanism: Mechanism) -> Bool {
        mechanisms?.children.contains { isMechanism($0) && $0.text.equals(mechanism.rawValue) } ?? false
    }

    /// All of them, as the server ordered them.
    var names: [String] { mechanisms?.children.filter(isMechanism).map(\.text.string) ?? [] }

    private func isMechanism(_ element: Element) -> Bool { element.matches("mechanism", namespace) }
}
