import LoadPlan

extension PlanReader {
    func stages(_ node: Node) -> [Stage] {
        guard let elements = list(node, of: "stages") else { return [] }
        if elements.isEmpty { diagnostics.refuse(node.place, "expected at least one stage, found an empty list") }
        let stages = elements.enumerated().compactMap { stage($0.element, number: $0.offset + 1) }
        refuseRepeatedNames(stages)
        return stages.map(\.stage)
    }

    private func refuseRepeatedNames(_ stages: [(stage: Stage, namePlace: Place)]) {
        var seen: Set<String> = []
        for (stage, place) in stages where !seen.insert(stage.name).inserted {
            diagnostics.refuse(place, "stage name \"\(stage.name)\" is given twice")
        }
    }

    private func stage(_ node: Node, number: Int) -> (stage: Stage, namePlace: Place)? {
        guard let outer = fields(node, "a stage", keys: Grammar.shapes + Grammar.stageExtras) else { return nil }
        let given = outer.given(among: Grammar.shapes)
        guard let kind = given.first, given.count == 1, let body = outer[kind] else {
            refuseShapes(given, node)
            return nil
        }
        let keys = (Grammar.shapeKeys[kind] ?? []) + Grammar.stageExtras
        guard let inner = fields(body, kind, keys: keys) else { return nil }
        let nameNode = extra("name", inner, outer)
        let stage = Stage(
            name: stageName(nameNode) ?? "\(number)-\(kind)", shape: shape(kind, inner) ?? .burst(logins: 1),
            arrivals: arrivals(extra("arrivals", inner, outer), kind))
        return (stage, nameNode?.place ?? node.place)
    }

    private func refuseShapes(_ given: [String], _ node: Node) {
        let found = given.isEmpty ? "none" : given.joined(separator: " and ")
        diagnostics.refuse(node.place, "a stage is one of \(Grammar.shapes.joinedByOr); here is \(found)")
    }

    /// A name or a spacing may stand beside the shape, or among its values.
    private func extra(_ key: String, _ inner: Fields, _ outer: Fields) -> Node? {
        if inner[key] != nil, outer[key] != nil {
            diagnostics.refuse(inner.place(of: key), "\(key) is given twice for this stage")
        }
        return inner[key] ?? outer[key]
    }

    private func stageName(_ node: Node?) -> String? {
        guard let node, let name = value(node, as: .name("a stage name")) else { return nil }
        if name == "all" { diagnostics.refuse(node.place, "\"all\" is the whole run: use another name") }
        return name
    }

    private func arrivals(_ node: Node?, _ kind: String) -> ArrivalProcess? {
        guard let node, let process: ArrivalProcess = value(node, as: .choice) else { return nil }
        guard kind == "ramp" || kind == "hold" else {
            diagnostics.refuse(
                node.place, "arrivals is for ramp and hold: \(kind == "outage" ? "an" : "a") \(kind) has no rate")
            return nil
        }
        return process
    }
}

// MARK: - Shapes

extension PlanReader {
    private static var counts: ClosedRange<Int> { 1...10_000_000 }

    private func shape(_ kind: String, _ fields: Fields) -> Stage.Shape? {
        switch kind {
        case "ramp": ramp(fields)
        case "hold": hold(fields)
        case "burst": burst(fields)
        case "outage": outage(fields)
        case "recovery": recovery(fields)
        default: crowd(fields)
        }
    }

    private func ramp(_ fields: Fields) -> Stage.Shape? {
        let from = required("from", fields, as: .rate)
        let to = required("to", fields, as: .rate)
        let duration = required("for", fields, as: .span)
        guard let from, let to, let duration else { return nil }
        return .ramp(from: from, to: to, duration: duration)
    }

    private func hold(_ fields: Fields) -> Stage.Shape? {
        let rate = required("rate", fields, as: .rate)
        let duration = required("for", fields, as: .span)
        guard let rate, let duration else { return nil }
        return .hold(rate: rate, duration: duration)
    }

    private func burst(_ fields: Fields) -> Stage.Shape? {
        required("logins", fields, as: .count(Self.counts)).map(Stage.Shape.burst(logins:))
    }

    private func crowd(_ fields: Fields) -> Stage.Shape? {
        let sessions = required("sessions", fields, as: .count(Self.counts))
        let duration = value(fields["for"], as: .span)
        let logins = value(fields["logins"], as: .count(Self.counts))
        switch fields.given(among: ["for", "logins"]).count {
        case 0: diagnostics.miss("for", from: fields.place, because: " (or logins)")
        case 2: diagnostics.refuse(fields.place(of: "logins"), "a crowd ends by for or by logins, not by both")
        default: break
        }
        guard let sessions else { return nil }
        if let duration { return .crowd(sessions: sessions, end: .after(duration)) }
        return logins.map { .crowd(sessions: sessions, end: .logins($0)) }
    }

    /// A value that has no default.
    func required<Value>(_ key: String, _ fields: Fields, as kind: ValueKind<Value>) -> Value? {
        if fields[key] == nil { diagnostics.miss(key, from: fields.place) }
        return value(fields[key], as: kind)
    }
}
