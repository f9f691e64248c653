import Engine

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

    /// By a threshold.
    func cut() {
        switch self {
        case .run(let run): run.cut()
        case .experiment(let experiment): experiment.cut()
        }
    }
}
