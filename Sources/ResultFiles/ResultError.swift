#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What went wrong with a result folder, and where.
public struct ResultError: Error, Equatable, Sendable, CustomStringConvertible {
    public var path: String
    public var operation: Operation
    /// The system's error number; 0 where the content is at fault.
    public var errno: Int32
    /// What is wrong with the content; empty where the system refused.
    public var detail: String

    public init(path: String, operation: Operation, errno: Int32 = 0, detail: String = "") {
        self.path = path
        self.operation = operation
        self.errno = errno
        self.detail = detail
    }

    public enum Operation: String, Sendable {
        case create, open, read, write, sync, truncate, replace, link, understand
    }

    /// `cannot write Results/x/summary.csv: No space left on device`
    public var description: String { "cannot \(operation.rawValue) \(path): \(reason)" }

    private var reason: String {
        guard errno != 0 else { return detail }
        // strerror answers with a text of the C library, or with a buffer that is copied before anything else runs.
        return unsafe String(cString: strerror(errno))
    }
}
