import COpenSSL

/// Why a TLS handshake or record failed.
public struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The peer sent an alert, or we would send one.
        case protocolFailure
        /// The peer's certificate was not accepted.
        case verification
        /// A key, certificate or setting could not be used.
        case configuration
    }

    public let code: Code
    /// OpenSSL's reason in words, for example `tlsv1 alert protocol version` or `self-signed certificate`.
    public let reason: String

    public var description: String { reason }

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Empties this thread's error queue into one error: the oldest entry names the cause.
    static func drained(_ code: Code, otherwise fallback: String) -> TLSError {
        let oldest = ERR_get_error()
        ERR_clear_error()
        guard oldest != 0, let reason = unsafe ERR_reason_error_string(oldest) else { return TLSError(code, fallback) }
        return unsafe TLSError(code, String(cString: reason))
    }
}
