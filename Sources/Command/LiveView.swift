import Metrics
import Reports

/// Shows how a run stands: one line a second that replaces itself on a terminal, a plain line every 5 s elsewhere.
final class LiveView: @unchecked Sendable {  // called by one thread at a time
    private let isInteractive: Bool
    private var lastPlain: UInt64 = 0

    init(isInteractive: Bool) { self.isInteractive = isInteractive }

    func show(_ status: LiveStatus) {
        if isInteractive {
            Terminal.progress(LiveLine.terminal(status))
        } else if isTime(status.elapsed) {
            Terminal.error(LiveLine.plain(status))
        }
    }

    /// The same of any other work.
    func show(_ text: String, after elapsed: UInt64) {
        if isInteractive {
            say(text)
        } else if isTime(elapsed) {
            Terminal.error("\(Format.clock(nanoseconds: elapsed))  \(text)")
        }
    }

    /// Whether a plain line is due.
    private func isTime(_ elapsed: UInt64) -> Bool {
        guard elapsed >= lastPlain + 4_900_000_000 else { return false }
        lastPlain = elapsed
        return true
    }

    func say(_ text: String) {
        if isInteractive { Terminal.progress("\r\(text)\u{1B}[K") } else { Terminal.error(text) }
    }

    /// What stays on the terminal.
    func warn(_ text: String) {
        if isInteractive { Terminal.progress("\r\u{1B}[K") }
        Terminal.error(text)
    }

    func clear() {
        if isInteractive { Terminal.progress("\r\u{1B}[K") }
    }
}
