/// What an embedded server does to its clients on purpose, so that a measurement can be held against what is known.
public struct EmbeddedPlan: Sendable, Equatable {
    /// How long the answer that ends a phase is held back, by the phase's name.
    public var delays: [String: Duration]
    /// Processor time that each login costs on top.
    public var burn: Duration
    /// Bytes that it keeps of each login for good.
    public var leak: Int
    /// The share of logins, 0 to 1, that are refused.
    public var failureShare: Double
    /// A PEM file of those whose client certificates are accepted, for SASL EXTERNAL; nil asks for none.
    public var clientAuthorities: String?

    public init(
        delays: [String: Duration] = [:], burn: Duration = .zero, leak: Int = 0, failureShare: Double = 0,
        clientAuthorities: String? = nil
    ) {
        self.delays = delays
        self.burn = burn
        self.leak = leak
        self.failureShare = failureShare
        self.clientAuthorities = clientAuthorities
    }
}
