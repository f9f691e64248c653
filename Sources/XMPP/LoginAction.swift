public import SASL

/// What a login wants done, in this order.
public enum LoginAction: Sendable {
    /// Send these bytes. Where a phase is named it begins just before the send call.
    case send([UInt8], begins: LoginPhase?)
    /// The phase ended with the read that brought these bytes.
    case ended(LoginPhase)
    /// A round trip within SASL, from 1, ended with this read; where a further one follows, its send begins it.
    case endedRound(Int)
    case startTLS
    /// Run this off the lane and hand the result to `Login.receive(derived:)`.
    case derive(KeyDerivation)
    /// Every step that has an answer is answered.
    case loggedIn
    /// The stream is closed after our `</stream:stream>`.
    case loggedOut
    /// It is over; the connection is to be closed.
    case failed(LoginFailure)
}
