import Glibc

/// Standard output and standard error.
enum Terminal {
    /// Whether standard error is a terminal that lets its cursor be moved.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 && !["", "dumb"].contains(variable("TERM")) }

    /// Whether colours are wanted there: it is a terminal, and neither `--no-color` nor `NO_COLOR` says no.
    static func isColored(noColor: Bool, on descriptor: Int32 = STDOUT_FILENO) -> Bool {
        !noColor && isatty(descriptor) == 1 && variable("NO_COLOR").isEmpty && variable("TERM") != "dumb"
    }

    private static func variable(_ name: String) -> String {
        unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
    }

    /// Of the terminal at standard error, as it is now; a usual one where it does not say.
    static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
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
