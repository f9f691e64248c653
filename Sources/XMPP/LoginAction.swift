public import SASL

/// What a login wants done, in this order. Large cases that few logins need are boxed.
public enum LoginAction: Sendable {
    /// Send these bytes. Where a phase is named it begins just before the send call.
    case send([UInt8], begins: LoginPhase?)
    /// The phase ended with the read that brought these bytes.
    case ended(LoginPhase)
    /// A round trip within a phase that has several, from 1, ended with this read; where a further one follows, the next
    /// send begins it.
    case endedRound(Int)
    case startTLS
    /// Compress both directions from here on, and say so with `Login.compressed(_:)`.
    case startCompression
    /// Run this off the lane and hand the result to `Login.receive(derived:)`.
    case derive(KeyDerivation)
    /// Take the first of these kinds of channel binding that the connection has, and hand it to
    /// `Login.receive(binding:for:_:)`; nil if it has none.
    indirect case bindChannel(BindingRequest)
    /// Find out whether this is what its step expects, and hand the answer to `Login.receive(judged:isExpected:using:_:)`.
    indirect case judge(Reply)
    /// What became of the account's token; only where the script uses tokens.
    indirect case fast(FASTOutcome)
    /// Something was refused that the login can do without, and it goes on another way.
    indirect case fellBack(LoginFailure)
    /// The version of the account's roster, for its next login. Only where the script wants it.
    case rosterVersion(String)
    /// Every step that has an answer is answered.
    case loggedIn
    /// The stream is closed after our `</stream:stream>`.
    case loggedOut
    /// It is over; the connection is to be closed.
    case failed(LoginFailure)
}

/// What a login asks of its connection before it authenticates by a mechanism that binds to it.
public struct BindingRequest: Sendable {
    /// In order of preference.
    public let kinds: [ChannelBinding.Kind]
    /// What the server offers and the script wants, if the connection can be bound.
    let mechanism: Mechanism
    /// The same if it cannot.
    let otherwise: Mechanism?
    /// What XEP-0388's features offer beside mechanisms; nil for a login by RFC 6120.
    var inline: InlineOffer?
}

/// A stanza that may be the reply that a step of the scenario's own expects.
public struct Reply: Sendable {
    /// The step's number.
    public let step: Int
    /// The stanza as a document of its own.
    public let bytes: [UInt8]
    /// What it is otherwise; nil if it is passed over then.
    let rejection: LoginFailure?
}
