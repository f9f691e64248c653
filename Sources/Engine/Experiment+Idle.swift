import Dispatch
import LoadPlan
import Metrics
import Transport

extension Experiment {
    /// Watches the servers for as long as the plan says while nobody logs in; at once where there is none to watch.
    func measureIdle(
        _ moment: any WritableKeyPath<IdleBurn, Double?> & Sendable, then done: @escaping @Sendable () -> Void
    ) {
        guard !idle.isEmpty else { return done() }
        let began = MonotonicClock.now
        let before = idle.map { ProcessReader.readTree($0.pid).cpu }
        let length = Int(ExperimentPlan.idle.inNanoseconds / 1_000_000)
        queue.asyncAfter(deadline: .now() + .milliseconds(length)) { [self] in
            let seconds = Double(MonotonicClock.now - began) / 1e9
            for (index, cpu) in before.enumerated() {
                guard let cpu, let now = ProcessReader.readTree(idle[index].pid).cpu else { continue }
                idle[index][keyPath: moment] = Double(now - min(now, cpu)) / seconds
            }
            done()
        }
    }
}
