import SASL
import XMLStream

/// What a server offers to do within an authentication by XEP-0388, of what is spoken here.
struct InlineOffer: Sendable {
    /// XEP-0386.
    let binding: Bool
    /// The mechanisms of XEP-0484's tokens.
    let tokens: [Mechanism]

    init(_ authentication: Element?) {
        let inline = authentication?.firstChild("inline", Namespace.sasl2)
        binding = inline?.firstChild("bind", Namespace.bind2) != nil
        tokens =
            inline?.firstChild("fast", Namespace.fast)?.children
            .filter { $0.matches("mechanism", Namespace.fast) }
            .map { Mechanism(rawValue: $0.text.string) }.filter(\.isHashedToken) ?? []
    }

    /// The kinds of binding that tokens can have here, in order of preference.
    var bindingKinds: [ChannelBinding.Kind] {
        ChannelBinding.Kind.allCases.filter { tokens.contains(.hashedToken(boundBy: $0)) }
    }

    /// The mechanism to ask for a token of: the one that binds as this login does, else the one that does not bind.
    func tokenMechanism(for binding: ChannelBinding?) -> Mechanism? {
        [.hashedToken(boundBy: binding?.kind), .hashedToken].first(where: tokens.contains)
    }
}
