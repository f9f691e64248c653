/// The phases of a login that consist of stanzas; connecting and TLS are the transport's.
public enum LoginPhase: String, Sendable, Hashable, CaseIterable {
    /// From the first stream header to its features (RFC 6120 section 4.3).
    case greeting
    /// From `<starttls/>` to `<proceed/>` (section 5.4.2).
    case starttls
    /// From the stream header over TLS to the features with the mechanisms.
    case offer
    /// From `<compress>` to the features of the compressed stream (XEP-0138).
    case compress
    /// From `<auth>` to `<success>` (section 6.4), or from `<authenticate>` to `<success>` (XEP-0388).
    case sasl
    /// From the first `jabber:iq:auth` request to the login's answer (XEP-0078).
    case iqAuth = "iq-auth"
    /// From the stream header after success to the features with bind.
    case restart
    /// From `<resume/>` to `<resumed/>` (XEP-0198 section 5).
    case resume
    case bind, session, roster
    /// From `<enable/>` to `<enabled/>` (XEP-0198 section 3).
    case enable
    /// From asking what a new account needs, or to be removed, to the last answer (XEP-0077). No login has it.
    case register
    /// Logged in.
    case online
}
