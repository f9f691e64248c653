import Glibc

/// Standard output and standard error.
enum Terminal {
    /// Whether standard error is a terminal that lets its cursor be moved.
    static var isInteractive: Bool { knowsEscapes(STDERR_FILENO) }

    /// Whether colours are wanted there: it is a terminal that has them, and neither `--no-color` nor `NO_COLOR` says no.
    static func isColored(noColor: Bool, on descriptor: Int32 = STDOUT_FILENO) -> Bool {
        !noColor && knowsEscapes(descriptor) && variable("NO_COLOR").isEmpty
    }

    /// A terminal that does not say what it is may be one that knows nothing.
    private static func knowsEscapes(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && !["", "dumb"].contains(variable("TERM"))
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

    static func output(_ text: String) { StandardStream.output.write(text + "\n") }

    static func error(_ text: String) { StandardStream.error.write(text + "\n") }

    /// Without a line end.
    static func progress(_ text: String) { StandardStream.error.write(text) }
}
