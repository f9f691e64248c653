import Metrics
import ResultFiles

/// Who looks on while a run goes on: at the terminal, and by the live page.
struct RunAudience {
    var view: LiveView?
    var page: LivePublisher?

    /// Before the first login.
    func begin(_ description: RunDescription, folder: String) {
        guard let page else { return }
        page.begin(description, folder: folder)
        say("live page: \(page.url)")
    }

    /// Whether anybody waits for new charts.
    var isWatching: Bool { page?.isWatched ?? false }

    /// Once a second.
    func show(_ status: LiveStatus) {
        view?.show(status)
        page?.show(status)
    }

    /// Once an interval, when it is on disk.
    func note(_ totals: RunTotals, _ system: SystemSample) { page?.note(totals, system) }

    /// A line that stays.
    func say(_ text: String) {
        if let view { view.say(text) } else { Terminal.error(text) }
    }

    func end(_ sentence: String) {
        view?.end()
        page?.end(sentence)
    }
}
