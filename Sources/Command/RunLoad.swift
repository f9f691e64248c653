import Engine
import ResultFiles

/// What a session runs: a plan, or an experiment of several.
enum RunLoad {
    case run(Run)
    case experiment(Experiment)

    func start() {
        switch self {
        case .run(let run): run.start()
        case .experiment(let experiment): experiment.start()
        }
    }

    /// By a signal.
    func interrupt() {
        switch self {
        case .run(let run): run.interrupt()
        case .experiment(let experiment): experiment.interrupt()
        }
    }

    /// The files of the run wait since this instant of the monotonic clock; nil where none does.
    func filesAwaited(since instant: UInt64?) {
        switch self {
        case .run(let run): run.filesAwaited(since: instant)
        case .experiment(let experiment): experiment.filesAwaited(since: instant)
        }
    }

    /// By a threshold.
    func cut() {
        switch self {
        case .run(let run): run.cut()
        case .experiment(let experiment): experiment.cut()
        }
    }
}

extension RunDescription.Saturation.Delays {
    init(_ delays: OwnDelays) {
        func seconds(_ part: UInt64) -> Double { Double(part) / 1e9 }
        self.init(
            generator: seconds(delays.generator), loops: seconds(delays.loops), snapshots: seconds(delays.snapshots),
            files: seconds(delays.files))
    }
}
