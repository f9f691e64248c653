import Glibc

/// Standard output and standard error.
enum Terminal {
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether colours are wanted on standard output: it is a terminal, and neither `--no-color` nor `NO_COLOR` says no.
    static func isColored(noColor: Bool) -> Bool {
        unsafe !noColor && isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil
    }

    static func output(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Without a line end.
    static func progress(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Whole, however small the pieces that the other end takes; a reader that is gone is nobody's failure.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
