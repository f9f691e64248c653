import COpenSSL

/// An OpenSSL call that failed: which one, and the library's own code and reason.
public struct OpenSSLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The C function, as OpenSSL's manual names it.
    public let operation: String
    /// The packed code of `ERR_get_error`; 0 when the library left none.
    public let code: UInt
    /// The library's words for the code.
    public let reason: String

    public init(operation: String, code: UInt, reason: String) {
        self.operation = operation
        self.code = code
        self.reason = reason
    }

    public var description: String { "\(operation): \(reason)" }
}

extension OpenSSLError {
    /// The oldest error of this thread's queue, which is the root cause; the rest of the queue is dropped,
    /// so that it cannot be taken for the reason of a later failure.
    public static func last(_ operation: String) -> OpenSSLError {
        let code = ERR_get_error()
        ERR_clear_error()
        return OpenSSLError(operation: operation, code: code, reason: reason(of: code))
    }

    private static func reason(of code: UInt) -> String {
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "no reason given" }
        return unsafe String(cString: text)
    }
}
