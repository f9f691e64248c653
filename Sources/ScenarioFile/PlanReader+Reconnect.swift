import LoadPlan

extension PlanReader {
    /// Schedules with a name of their own.
    private enum Preset: String, CaseIterable {
        case none, now, xmppframework

        var schedule: ReconnectPolicy.Schedule? {
            switch self {
            case .none: nil
            case .now: .now
            case .xmppframework: .xmppFramework
            }
        }
    }

    func reconnection(_ node: Node) -> ReconnectPolicy? {
        guard node.entries != nil else {
            let preset: Preset? = value(node, as: .choice)
            return preset?.schedule.map { ReconnectPolicy($0) }
        }
        guard let fields = fields(node, "reconnect", keys: Grammar.reconnect) else { return nil }
        let way: ReconnectPolicy.Way? = value(fields["by"], as: .choice)
        return schedule(fields).map { ReconnectPolicy($0, by: way ?? .login) }
    }

    /// `after: 2s, every: 20s` or `after: 1s, max: 60s, jitter: full`.
    private func schedule(_ fields: Fields) -> ReconnectPolicy.Schedule? {
        switch fields.given(among: ["every", "max"]) {
        case ["every"]: return fixed(fields)
        case ["max"]: return exponential(fields)
        case []: diagnostics.miss("every", from: fields.place, because: " (or max)")
        default: diagnostics.refuse(fields.place(of: "max"), "reconnect has every or max, not both")
        }
        return nil
    }

    private func fixed(_ fields: Fields) -> ReconnectPolicy.Schedule? {
        if fields["jitter"] != nil {
            diagnostics.refuse(fields.place(of: "jitter"), "jitter belongs to reconnect with max")
        }
        guard let after = required("after", fields, as: .duration()), let every = value(fields["every"], as: .span)
        else { return nil }
        return .fixed(after: after, every: every)
    }

    private func exponential(_ fields: Fields) -> ReconnectPolicy.Schedule? {
        let jitter: ReconnectPolicy.Jitter? = value(fields["jitter"], as: .choice)
        guard let after = required("after", fields, as: .span), let longest = value(fields["max"], as: .span) else {
            return nil
        }
        if longest < after { diagnostics.refuse(fields.place(of: "max"), "max is at least after") }
        return .exponential(after: after, max: longest, jitter: jitter ?? .full)
    }

    /// Only a managed stream can be resumed, and only who stays can die.
    func checkReconnection(_ fields: Fields, _ plan: RunPlan) {
        guard let policy = plan.session.reconnection else { return }
        if policy.way == .resume, !plan.login.steps.contains(.enable) {
            diagnostics.refuse(
                fields.place(of: "session"), "reconnect by resume needs stream management: login.steps with enable")
        }
        if plan.session.stay == .for(.zero) {
            diagnostics.warn(fields.place(of: "session"), "reconnect does nothing where stay is 0s: nobody is online")
        }
    }
}
