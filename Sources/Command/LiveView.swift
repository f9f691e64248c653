import Metrics
import Reports

/// Shows how a run stands: one line a second that replaces itself on a terminal, a plain line every 5 s elsewhere.
final class LiveView: @unchecked Sendable {  // called on the run's queue only
    private let isInteractive: Bool
    private var lastPlain: UInt64 = 0

    init(isInteractive: Bool) { self.isInteractive = isInteractive }

    func show(_ status: LiveStatus) {
        if isInteractive {
            Terminal.progress(LiveLine.terminal(status))
        } else if status.elapsed >= lastPlain + 4_900_000_000 {
            lastPlain = status.elapsed
            Terminal.error(LiveLine.plain(status))
        }
    }

    func say(_ text: String) {
        if isInteractive { Terminal.progress("\r\(text)\u{1B}[K") } else { Terminal.error(text) }
    }

    func clear() {
        if isInteractive { Terminal.progress("\r\u{1B}[K") }
    }
}
