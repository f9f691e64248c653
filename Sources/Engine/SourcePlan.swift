public import LoadPlan
public import Transport

/// How many loopback addresses a run connects from: one source address to one destination port gets slow above some
/// 14,000 sessions, closed ones waiting included.
public enum SourcePlan {
    public static let sessionsPerAddress = 12_000
    /// How long the kernel keeps the port of a connection that we closed first, in seconds.
    static let timeWait = 60.0

    /// Empty where one address is enough, and for targets that are not on IPv4 loopback.
    public static func addresses(for plan: RunPlan, target: SocketAddress) -> [SocketAddress] {
        guard target.isLoopback, target.isIPv4 else { return [] }
        let count = (portsWanted(plan) + sessionsPerAddress - 1) / sessionsPerAddress
        guard count > 1 else { return [] }
        return (0..<min(count, 64)).map { SocketAddress.loopback(last: UInt8(2 + $0)) }
    }

    /// Sessions at once, and ports in TIME_WAIT behind them.
    static func portsWanted(_ plan: RunPlan) -> Int {
        let held = plan.session.stay == .untilEnd
        return plan.stages.reduce(0) { most, stage in
            let wanted = portsWanted(stage, held: held)
            return held ? most + wanted : max(most, wanted)
        }
    }

    private static func portsWanted(_ stage: Stage, held: Bool) -> Int {
        switch stage.shape {
        case .ramp(let from, let to, let duration):
            Int((from + to) / 2 * min(duration.inSeconds, held ? .infinity : timeWait))
        case .hold(let rate, let duration): Int(rate * min(duration.inSeconds, held ? .infinity : timeWait))
        case .burst(let logins): logins
        case .crowd(let sessions, .logins(let logins)): max(sessions, logins)
        case .crowd(let sessions, .after): held ? sessions : sessions + sessionsPerAddress * 2
        }
    }
}
