import Domains

extension RunPlan {
    /// What the plan's hash is taken of: all that decides who logs in, when and how, the seed included, passwords and
    /// the target's address not. Two runs with an equal text ask the same of a server.
    public var planHashText: String {
        let parts = [
            ["seed", String(seed)], ["arrivals", arrivals.rawValue], ["domain", target.domain.text],
            [
                "tls", target.tls.rawValue, target.tlsVersions.lowerBound.rawValue,
                target.tlsVersions.upperBound.rawValue,
            ],
            ["groups"] + target.tlsGroups, ["resume", target.resumption.rawValue],
            ["certificate", accounts.certificate.map { $0.isPerAccount ? "each" : "one" } ?? "none"],
            target.embedded.hashWords, ["stay"] + session.stay.hashWords,
            ["keepalive"] + (session.keepalive?.hashWords ?? []),
            ["reconnect"] + (session.reconnection?.hashWords ?? []),
            ["order", accounts.order.rawValue], ["reuse", "\(accounts.reuse)"], ["resource", accounts.resource ?? ""],
        ]
        let lines = parts + login.hashLines + stages.map(\.hashWords) + accounts.source.hashLines
        return lines.map { $0.joined(separator: " ") + "\n" }.joined()
    }
}

extension EmbeddedPlan {
    fileprivate var hashWords: [String] {
        ["embedded", burn.hashWord, "\(leak)", "\(failureShare)"]
            + delays.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value.hashWord] }
    }
}

extension Stage {
    fileprivate var hashWords: [String] {
        ["stage", name] + shape.hashWords + (arrivals.map { [$0.rawValue] } ?? [])
    }
}

extension Stage.Shape {
    fileprivate var hashWords: [String] {
        switch self {
        case .ramp(let from, let to, let duration): ["ramp", "\(from)", "\(to)", duration.hashWord]
        case .hold(let rate, let duration): ["hold", "\(rate)", duration.hashWord]
        case .burst(let logins): ["burst", "\(logins)"]
        case .crowd(let sessions, .after(let duration)): ["crowd", "\(sessions)", "for", duration.hashWord]
        case .crowd(let sessions, .logins(let logins)): ["crowd", "\(sessions)", "logins", "\(logins)"]
        case .outage(let outage): ["outage", outage.length.hashWord] + (outage.commands?.hashWords ?? [])
        case .recovery(let share, let limit): ["recovery", "\(share)", limit.hashWord]
        }
    }
}

extension Outage.Commands {
    fileprivate var hashWords: [String] { ["stop"] + stop + ["start"] + start + ["timeout", timeout.hashWord] }
}

extension LoginPlan {
    fileprivate var hashLines: [[String]] {
        [
            ["profile"] + profile.hashWords, ["mechanism"] + mechanism.hashWords,
            ["steps"] + steps.flatMap(\.hashWords),
            ["scram-cache", "\(scramCache)"], ["force", "\(force)"], ["compression", compression.rawValue],
            ["roster-version", "\(rosterVersion)"],
            ["limits", "\(limits.stanzaBytes)", "\(limits.iterations)"], ["timeout", timeouts.otherwise.hashWord],
        ] + timeouts.byPhase.sorted { $0.key < $1.key }.map { ["timeout", $0.key, $0.value.hashWord] }
    }
}

extension LoginPlan.Profile {
    fileprivate var hashWords: [String] {
        guard case .sasl2(let bind2, let fast) = self else { return [name] }
        return [name, "bind2", "\(bind2)", "fast", "\(fast)"]
    }
}

extension LoginPlan.Step {
    fileprivate var hashWords: [String] {
        guard case .own(let step) = self else { return [name] }
        return ["own", step.name, step.send.text, step.expect ?? ""]
    }
}

extension LoginPlan.MechanismChoice {
    fileprivate var hashWords: [String] {
        switch self {
        case .strongest: ["strongest"]
        case .preferred(let names): names
        }
    }
}

extension SessionPlan.Stay {
    fileprivate var hashWords: [String] {
        switch self {
        case .for(let duration): [duration.hashWord]
        case .untilEnd: ["until-end"]
        }
    }
}

extension SessionPlan.Keepalive {
    fileprivate var hashWords: [String] {
        switch self {
        case .ping(let every): ["ping", every.hashWord]
        case .whitespace(let every): ["whitespace", every.hashWord]
        }
    }
}

extension ReconnectPolicy {
    fileprivate var hashWords: [String] {
        switch schedule {
        case .fixed(let after, let every): ["fixed", after.hashWord, every.hashWord, way.rawValue]
        case .exponential(let after, let longest, let jitter):
            ["exponential", after.hashWord, longest.hashWord, jitter.rawValue, way.rawValue]
        }
    }
}

extension Accounts.Source {
    fileprivate var hashLines: [[String]] {
        switch self {
        case .pattern(let pattern, let count, _): [["pattern", pattern, "\(count)"]]
        case .list(let accounts): accounts.map { ["account", $0.username, $0.resource ?? ""] }
        case .anonymous: [["anonymous"]]
        }
    }
}

extension Duration {
    fileprivate var hashWord: String { "\(inNanoseconds)ns" }
}
