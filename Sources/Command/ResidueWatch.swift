import Engine
import Foundation
import ResultFiles

/// Looks at the server's process before the first login, and again after the last session has left.
struct ResidueWatch {
    private let pid: Int32
    private let port: UInt16
    private let asksHeap: Bool
    private let before: RunDescription.Residue.Standing

    /// How long the server has to let go of what the sessions took.
    private static let patience = Duration.seconds(5)
    private static let pause = Duration.milliseconds(200)
    /// A run shorter than this is not worth the wait, unless a threshold asks.
    static let worthwhile = 300.0

    /// - Parameters:
    ///   - port: Where the process takes logins.
    ///   - asksHeap: The server is a JVM whose heap may be asked for, with a full collection.
    init(_ pid: Int32, port: UInt16, asksHeap: Bool) {
        (self.pid, self.port, self.asksHeap) = (pid, port, asksHeap)
        before = Self.standing(pid, port, asksHeap: asksHeap)
    }

    /// Whether the heap was asked for and told.
    var knowsHeap: Bool { before.heapBytes != nil }

    /// Blocks until the server has no more than before, at most 5 s and the time of a collection.
    func finish() -> RunDescription.Residue {
        let began = ContinuousClock.now
        var after = Self.standing(pid, port, asksHeap: false)
        while after.exceeds(before), ContinuousClock.now < began + Self.patience {
            Thread.sleep(forTimeInterval: Self.pause / .seconds(1))
            after = Self.standing(pid, port, asksHeap: false)
        }
        let watched = ((ContinuousClock.now - began) / .milliseconds(1)).rounded() / 1000
        if asksHeap { after = Self.standing(pid, port, asksHeap: true) }
        return RunDescription.Residue(before: before, after: after, watchedSeconds: watched)
    }

    private static func standing(_ pid: Int32, _ port: UInt16, asksHeap: Bool) -> RunDescription.Residue.Standing {
        let heap = asksHeap ? JavaHeap.afterCollection(pid) : nil
        let figures = ProcessReader.readTree(pid)
        return RunDescription.Residue.Standing(
            sessions: SocketTable.openConnections(of: pid, port: port), memoryBytes: figures.residentBytes,
            descriptors: figures.descriptors, threads: figures.threads, heapBytes: heap)
    }
}

extension RunDescription.Residue.Standing {
    fileprivate func exceeds(_ before: Self) -> Bool {
        (sessions ?? 0) > (before.sessions ?? 0) || (memoryBytes ?? 0) > (before.memoryBytes ?? 0)
            || (descriptors ?? 0) > (before.descriptors ?? 0) || (threads ?? 0) > (before.threads ?? 0)
    }
}
