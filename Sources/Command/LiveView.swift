import Dispatch
import Glibc
import Metrics
import Reports
import Synchronization

/// Shows on standard error how a run stands: on a terminal in a few lines that are drawn again each second and whenever
/// its size changes, elsewhere in a line every 5 s.
///
/// It writes on a queue of its own: a terminal that is held up holds up no run, and later sees how things stand then.
final class LiveView: @unchecked Sendable {  // all mutable state is confined to `queue`; `latest` is locked
    private let isDrawn: Bool
    private let isColored: Bool
    private let queue = DispatchQueue(label: "muster.view")
    private let latest = Mutex<LiveStatus?>(nil)
    private let news: any DispatchSourceUserDataOr
    private var signals: [SignalWaiter] = []
    private var history = LiveHistory()
    private var block = LiveBlock()
    private var lastPlain: UInt64 = 0

    init(isDrawn: Bool, isColored: Bool) {
        self.isDrawn = isDrawn
        self.isColored = isColored
        news = DispatchSource.makeUserDataOrSource(queue: queue)
        news.setEventHandler { [weak self] in self?.showLatest() }
        news.activate()
        if isDrawn { watchTerminal() }
    }

    /// Returns at once.
    func show(_ status: LiveStatus) {
        latest.withLock { $0 = status }
        news.or(data: 1)
    }

    /// The same of any other work, in a line.
    func show(_ text: String, after elapsed: UInt64) {
        queue.async { [self] in
            if isDrawn {
                Terminal.progress(block.draw(text, columns: Terminal.size.columns))
            } else if isTime(elapsed) {
                Terminal.error("\(Format.clock(nanoseconds: elapsed))  \(text)")
            }
        }
    }

    /// A line that stays.
    func say(_ text: String) {
        queue.async { [self] in
            erase()
            Terminal.error(text)
            draw()
        }
    }

    /// Leaves the terminal as if nothing had been drawn; nothing will be.
    func end() {
        queue.sync {
            news.cancel()
            for signal in signals { signal.cancel() }
            latest.withLock { $0 = nil }
            erase()
        }
    }

    /// The terminal may get another size, and was somebody else's while we were stopped.
    private func watchTerminal() {
        signals = [
            SignalWaiter([SIGWINCH]) { [weak self] in self?.onQueue { $0.draw() } },
            SignalWaiter([SIGCONT]) { [weak self] in
                self?.onQueue { view in
                    view.block.forget()
                    view.draw()
                }
            },
        ]
    }

    private func onQueue(_ body: @escaping @Sendable (LiveView) -> Void) {
        queue.async { [self] in body(self) }
    }

    private func showLatest() {
        guard let status = latest.withLock({ $0 }) else { return }
        history.add(status)
        if isDrawn { draw() } else { sayPlainly(status) }
    }

    private func sayPlainly(_ status: LiveStatus) {
        if isTime(status.elapsed) { Terminal.error(LiveLine.plain(status)) }
    }

    /// Whether a plain line is due.
    private func isTime(_ elapsed: UInt64) -> Bool {
        guard elapsed >= lastPlain + 4_900_000_000 else { return false }
        lastPlain = elapsed
        return true
    }

    private func draw() {
        guard isDrawn, let status = latest.withLock({ $0 }) else { return }
        let (columns, rows) = Terminal.size
        let screen = LiveScreen(status, history, columns: columns, rows: rows)
        Terminal.progress(block.draw(screen.lines(isColored: isColored), columns: columns))
    }

    private func erase() {
        guard isDrawn else { return }
        Terminal.progress(block.erase(columns: Terminal.size.columns))
    }
}
