/// Estimates how many ports a plan takes at once: of sessions, and of those that are closed and wait in the kernel.
struct Ports {
    /// How long the kernel keeps the port of a connection that was closed, in seconds (TIME_WAIT).
    private static let wait = 60.0

    let wanted: Int

    init(_ plan: RunPlan) {
        let held = plan.session.stay == .untilEnd
        wanted = plan.stages.reduce(0) { most, stage in
            let wanted = Self.wanted(stage.shape, held: held)
            return held ? most + wanted : max(most, wanted)
        }
    }

    private static func wanted(_ shape: Stage.Shape, held: Bool) -> Int {
        switch shape {
        case .ramp(let from, let to, let duration):
            Int((from + to) / 2 * min(duration.inSeconds, held ? .infinity : wait))
        case .hold(let rate, let duration): Int(rate * min(duration.inSeconds, held ? .infinity : wait))
        case .burst(let logins): logins
        case .outage, .recovery: 0
        case .crowd(let sessions, .logins): sessions
        case .crowd(let sessions, .after): held ? sessions : sessions + PlanSummary.sessionsPerAddress * 2
        }
    }
}
