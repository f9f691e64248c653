import LoadPlan

extension PlanReader {
    func session(_ node: Node) -> SessionPlan? {
        guard let fields = fields(node, "session", keys: Grammar.session) else { return nil }
        return SessionPlan(
            stay: value(fields["stay"], as: .stay) ?? .for(.zero), keepalive: keepalive(fields),
            reconnection: fields["reconnect"].flatMap(reconnection))
    }

    private func keepalive(_ fields: Fields) -> SessionPlan.Keepalive? {
        if fields["ping"] != nil, fields["whitespace"] != nil {
            diagnostics.refuse(fields.place(of: "whitespace"), "a session has ping or whitespace, not both")
        }
        if let node = fields["whitespace"] { return whitespace(node) }
        guard let node = fields["ping"] else { return nil }
        guard node.entries != nil else { return value(node, as: .span).map { .ping(every: $0) } }
        guard let inner = self.fields(node, "ping", keys: ["whitespace"]) else { return nil }
        if inner["whitespace"] == nil { diagnostics.miss("whitespace", from: inner.place) }
        return inner["whitespace"].flatMap(whitespace)
    }

    private func whitespace(_ node: Node) -> SessionPlan.Keepalive? {
        value(node, as: .span).map { .whitespace(every: $0) }
    }
}

extension ValueKind where Value == SessionPlan.Stay {
    fileprivate static var stay: Self {
        let duration = ValueKind<Duration>.duration()
        return Self(expected: duration.expected + ", or until-end") { scalar throws(ValueError) in
            if scalar.text == "until-end" { return .untilEnd }
            do throws(ValueError) {
                return .for(try duration.read(scalar))
            } catch {
                throw error.isComplete
                    ? error : .other(error.suggestion ?? Nearest.to(scalar.text, among: ["until-end"]))
            }
        }
    }
}
