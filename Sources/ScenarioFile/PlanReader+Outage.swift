import LoadPlan

// Stages in which nobody logs in who is new: the server goes, and everybody comes back.

extension PlanReader {
    func outage(_ fields: Fields) -> Stage.Shape? {
        let length = required("for", fields, as: .span)
        let stop = fields["stop"].flatMap(command)
        let start = fields["start"].flatMap(command)
        let timeout = value(fields["timeout"], as: .span)
        refuseHalves(fields)
        guard let length else { return nil }
        guard let stop, let start else { return .outage(Outage(length: length)) }
        return .outage(
            Outage(
                length: length,
                commands: Outage.Commands(
                    stop: stop, start: start, timeout: timeout ?? Outage.Commands.usualTimeout)))
    }

    /// Whoever takes a server down brings it back.
    private func refuseHalves(_ fields: Fields) {
        switch fields.given(among: ["stop", "start"]) {
        case ["stop"]: diagnostics.miss("start", from: fields.place)
        case ["start"]: diagnostics.miss("stop", from: fields.place)
        case []:
            guard fields["timeout"] != nil else { return }
            diagnostics.refuse(
                fields.place(of: "timeout"), "timeout is of the commands stop and start, and there are none")
        default: break
        }
    }

    /// A program and its arguments.
    private func command(_ node: Node) -> [String]? {
        guard let elements = list(node, of: "words such as [systemctl, stop, openfire]") else { return nil }
        if elements.isEmpty { diagnostics.refuse(node.place, "expected at least one word, found an empty list") }
        let words = elements.compactMap { value($0, as: .text("a word of the command")) }
        if words.contains(where: { $0.utf8.contains(0) }) {
            diagnostics.refuse(node.place, "a word of a command has no NUL")
        }
        return words.count == elements.count && !words.isEmpty ? words : nil
    }

    func recovery(_ fields: Fields) -> Stage.Shape? {
        let share = value(fields["share"], as: .share)
        if share == 0 { diagnostics.refuse(fields.place(of: "share"), "a recovery waits for more than nobody") }
        return required("within", fields, as: .span).map { .recovery(share: share ?? 1, limit: $0) }
    }
}

// MARK: - What only shows when the parts are seen together

extension PlanReader {
    func checkOutages(_ fields: Fields, _ target: Target?, _ plan: RunPlan) {
        guard case .list(let nodes)? = fields["load"]?.content, nodes.count == plan.stages.count else { return }
        var isOutage = false
        for (stage, node) in zip(plan.stages, nodes) {
            switch stage.shape {
            case .outage(let outage):
                isOutage = true
                checkOutage(outage, node, target, plan)
            case .recovery where !isOutage:
                diagnostics.refuse(node.place, "a recovery comes after an outage, and there is none before it")
            default: break
            }
        }
    }

    private func checkOutage(_ outage: Outage, _ node: Node, _ target: Target?, _ plan: RunPlan) {
        if let target, target.address != .embedded, outage.commands == nil, !lacksHalf(node) {
            diagnostics.refuse(
                node.place,
                "an outage of a server that is not the embedded one needs the commands stop and start, as in "
                    + "{for: 10s, stop: [systemctl, stop, openfire], start: [systemctl, start, openfire]}")
        }
        if target?.address == .embedded, outage.commands != nil {
            diagnostics.refuse(node.place, "the embedded server needs no commands: it goes and comes back by itself")
        }
        if plan.session.reconnection == nil {
            diagnostics.refuse(
                node.place, "nobody would come back from this outage: session.reconnect is none")
        }
    }

    /// Said already, as a key that is missing.
    private func lacksHalf(_ node: Node) -> Bool {
        let body = node.entries?.first { $0.key == "outage" }?.value
        return body?.entries?.contains { $0.key == "stop" || $0.key == "start" } ?? false
    }

    /// Blocks of an experiment have the same load and the same server.
    func refuseOutages(_ experiment: ExperimentPlan, _ node: Node) {
        let stages = experiment.variants[0].plan.stages
        guard stages.contains(where: { !$0.hasArrivals }) else { return }
        diagnostics.refuse(node.place, "a comparison has no outage and no recovery: its blocks are all the same")
    }
}
