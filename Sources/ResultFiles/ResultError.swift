#if canImport(Glibc)
    import Glibc
#endif

/// A result file could not be written or read.
public struct ResultError: Error, Sendable, Equatable, CustomStringConvertible {
    public let path: String
    /// What was tried, for example `create` or `append to`.
    public let operation: String
    /// The system's reason in words.
    public let reason: String

    public init(path: String, operation: String, reason: String) {
        self.path = path
        self.operation = operation
        self.reason = reason
    }

    /// With the reason of the C library's last error.
    init(path: String, operation: String) {
        let text = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
        self.init(path: path, operation: operation, reason: text)
    }

    public var description: String { "cannot \(operation) \(path): \(reason)" }
}
