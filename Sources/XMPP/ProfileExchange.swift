import SASL

/// What a login by another profile than RFC 6120's remembers from one answer to the next. Boxed, so that it costs the
/// others no room.
indirect enum ProfileExchange: Sendable {
    case extensible(ExtensibleRequest)
    /// The id of the stream: it goes into the digest.
    case iqAuth(streamID: String)
}

/// What a login by XEP-0388 asked for beside its authentication.
struct ExtensibleRequest: Sendable {
    let bindsInline: Bool
    /// The mechanism of the token that logs in, or of the one that is asked for; nil without FAST.
    let tokenMechanism: Mechanism?
    let isByToken: Bool
}
