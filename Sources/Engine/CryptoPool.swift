import Dispatch
import Synchronization
import Transport

/// Where long computations run, so that nobody else's phase waits for them: as many at once as the pool is wide, in the
/// order in which they were asked for.
///
/// Their threads have the rank of every other thread, so that they get their share beside whatever else is busy on the
/// machine; the lanes, and a server on this machine, go before them when they wake up.
final class CryptoPool: Sendable {
    private let workers: [DispatchQueue]
    private let line: Guarded<Line>

    private struct Job: Scheduled {
        let order: ComputationOrder
        let work: @Sendable () -> Void
        var ready: UInt64 { order.asked }
    }

    /// Jobs that wait for a worker, or workers that wait for a job.
    private struct Line {
        var jobs = ReadyQueue<Job>()
        var idle: [Int]

        mutating func next(for worker: Int) -> Job? {
            if let job = jobs.take(at: .max) { return job }
            idle.append(worker)
            return nil
        }
    }

    init(width: Int) {
        workers = (0..<max(1, width)).map { DispatchQueue(label: "muster.crypto.\($0)", qos: .utility) }
        line = Guarded(Line(idle: Array(workers.indices)))
    }

    /// Computes when it is its turn, and calls back where it did with the result and the processor time in nanoseconds
    /// that it took. What nobody waits for any more is passed over.
    func run<Value: Sendable>(
        _ order: ComputationOrder, _ work: @escaping @Sendable () -> Value,
        then done: @escaping @Sendable (Value, UInt64) -> Void
    ) {
        let job = Job(order: order) {
            let began = MonotonicClock.threadCPU
            let value = work()
            done(value, MonotonicClock.threadCPU - began)
        }
        let worker = line.withLock { line in
            line.jobs.insert(job)
            return line.idle.popLast()
        }
        if let worker { workers[worker].async { [self] in serve(as: worker) } }
    }

    private func serve(as worker: Int) {
        Courtesy.takeLongTurns()
        while let job = line.withLock({ $0.next(for: worker) }) {
            if job.order.isWanted { job.work() }
        }
    }
}

/// A computation that somebody waits for.
final class ComputationOrder: Sendable {
    /// The instant of the monotonic clock when it was asked for.
    let asked: UInt64
    private let isDropped = Atomic(false)

    init(asked: UInt64) { self.asked = asked }

    var isWanted: Bool { !isDropped.load(ordering: .relaxed) }

    /// Nobody waits for it any more.
    func drop() { isDropped.store(true, ordering: .relaxed) }
}
