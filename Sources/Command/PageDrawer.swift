import Dispatch
import Engine
import Foundation
import Glibc
import Reports
import ResultFiles
import Synchronization
import Transport

/// Draws the page of a run: before the first login, while it goes on, and at its end.
///
/// While it goes on, a process of its own does it, at the lowest priority: its memory and its processor time are not the
/// load generator's. It is drawn once a minute, and less often in a long run: what drawing costs and what pages come to on
/// disk must not grow with the square of its length. While somebody looks on, it is drawn more often.
///
/// Not thread-safe: all calls come from the queue that writes the files.
final class PageDrawer {
    /// No sooner than this the page is drawn again, not before a multiple of what drawing it took, and not before this
    /// part of the run's length has passed.
    private struct Pause {
        var least: UInt64
        var share: UInt64
        var part: UInt64

        static let usual = Pause(least: 60_000_000_000, share: 100, part: 20)
        static let watched = Pause(least: 2_000_000_000, share: 10, part: 1000)

        func over(drawing: UInt64, run: UInt64) -> UInt64 { max(least, share * drawing, run / part) }
    }

    private let folder: String
    private var child: Child?
    private let began: UInt64
    /// When the last drawing was over, and how long it took.
    private var last: (end: UInt64, length: UInt64)

    /// A drawing under way.
    private struct Child {
        let process: Process
        let began: UInt64
        let ended: Ending
    }

    private final class Ending: Sendable {
        let instant = Mutex<UInt64?>(nil)
    }

    init(folder: String) {
        self.folder = folder
        began = MonotonicClock.now
        last = (began, 0)
    }

    /// Draws it here and now: before anything is measured, and when all is.
    func draw() throws(ResultError) {
        wait()
        try ReportPage(try ResultReader.read(folder)).replace()
    }

    /// Has it drawn if it is time, and returns at once. What goes wrong shows at the end.
    func drawIfDue(isWatched: Bool, now: UInt64 = MonotonicClock.now) {
        noteEnd()
        let pause = isWatched ? Pause.watched : .usual
        guard child == nil, now >= last.end + pause.over(drawing: last.length, run: now - began) else { return }
        let (process, ended) = (Process(), Ending())
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["report", folder]
        process.environment = ChildEnvironment.ours
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.terminationHandler = { _ in ended.instant.withLock { $0 = MonotonicClock.now } }
        do { try process.run() } catch { return }
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process.processIdentifier), 19)
        child = Child(process: process, began: now, ended: ended)
    }

    private func noteEnd() {
        guard let drawing = child, let ended = drawing.ended.instant.withLock({ $0 }) else { return }
        child = nil
        last = (ended, ended - min(ended, drawing.began))
    }

    /// The last page is drawn by nobody else.
    private func wait() {
        child?.process.waitUntilExit()
        child = nil
    }
}

extension ReportPage {
    /// Puts the page into its folder, in place of the one before.
    func replace() throws(ResultError) {
        try ResultFile.page.replace(in: path, with: Array(html.utf8))
    }
}
