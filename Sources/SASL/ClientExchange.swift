/// One mechanism's client side. `SASLClient` is the door; a mechanism with its own needs, such as channel binding,
/// takes them in its initializer.
protocol ClientExchange: Sendable {
    mutating func initialResponse() throws(SASLError) -> [UInt8]?
    mutating func receive(challenge: [UInt8]) throws(SASLError) -> ClientStep
    mutating func receive(derived: SaltedPassword) throws(SASLError) -> ClientStep
    mutating func receive(success additionalData: [UInt8]?) throws(SASLError)
    /// What the server said was wrong before it refused.
    var serverError: SASLError? { get }
}

extension ClientExchange {
    mutating func receive(derived: SaltedPassword) throws(SASLError) -> ClientStep {
        throw SASLError(.unexpectedMessage, "this mechanism derives no key")
    }

    /// For mechanisms in which the server proves nothing.
    mutating func receive(success additionalData: [UInt8]?) throws(SASLError) {}

    /// For mechanisms in which the server says nothing of the kind, or whose error ends the exchange at once.
    var serverError: SASLError? { nil }
}
