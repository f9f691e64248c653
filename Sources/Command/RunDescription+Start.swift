import Foundation
import LoadPlan
import Metrics
import OpenSSL
import Reports
import ResultFiles
import ScenarioFile
import Transport

extension RunDescription {
    /// What is known before the first login.
    init(_ scenario: Scenario, target: String, startedAt: WallTime) {
        let plan = scenario.plan
        self.init(
            name: plan.name, startedAt: startedAt, scenario: scenario.rendered(),
            scenarioHash: Self.sha256(scenario.canonicalText), seed: plan.seed,
            planHash: Self.sha256(scenario.experiment?.planHashText ?? plan.planHashText), target: target,
            stages: plan.stages.map { Stage(name: $0.name, load: $0.words, isOpen: $0.isOpen) })
        variants = scenario.names.variants
        experiment = scenario.experiment.map(Experiment.init)
        rules = scenario.rules.map { $0.stored(scenario.names) }
        intervalSeconds = plan.interval.inSeconds
        versions.muster = Version.current
        versions.swift = Version.swift
        versions.openssl = openSSLVersion
        versions.kernel = MachineFacts.kernel
        machine = .current
        limits.descriptorsSoft = UInt64(DescriptorLimit.current)
        limits.descriptorsHard = UInt64(DescriptorLimit.hard)
        (limits.portFirst, limits.portLast) = MachineFacts.ports
        scramCache = plan.login.scramCache
    }

    private static func sha256(_ text: String) -> String {
        (try? DigestAlgorithm.sha256.digest(of: Array(text.utf8))).map(hexadecimal) ?? ""
    }
}

extension Stage {
    /// As a person would write it: `ramp 10/s to 200/s for 30s`.
    fileprivate var words: String {
        switch shape {
        case .ramp(let from, let to, let duration):
            "ramp \(Format.rate(from))/s to \(Format.rate(to))/s for \(Self.words(duration))"
        case .hold(let rate, let duration): "hold \(Format.rate(rate))/s for \(Self.words(duration))"
        case .burst(let logins): "burst of \(Format.count(logins)) logins"
        case .crowd(let sessions, .after(let duration)):
            "crowd of \(Format.count(sessions)) for \(Self.words(duration))"
        case .crowd(let sessions, .logins(let logins)):
            "crowd of \(Format.count(sessions)) until \(Format.count(logins)) logins"
        case .outage(let outage): "outage for \(Self.words(outage.length))"
        case .recovery(let share, let limit):
            "recovery of \(Format.share(share)) within \(Self.words(limit))"
        }
    }

    private static func words(_ duration: Duration) -> String { "\(Format.rate(duration.inSeconds))s" }
}

extension RunDescription.Machine {
    static var current: Self {
        var machine = Self()
        machine.cpu = MachineFacts.processor
        machine.cores = ProcessInfo.processInfo.processorCount
        machine.memoryBytes = ProcessInfo.processInfo.physicalMemory
        return machine
    }
}

extension WallTime {
    static var now: WallTime { WallTime(secondsSince1970: Int(Date().timeIntervalSince1970)) }
}

/// What a result should say of the machine it was made on.
enum MachineFacts {
    static var kernel: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }

    static var processor: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    /// The ports that the kernel gives to connections of ours.
    static var ports: (first: UInt16?, last: UInt16?) {
        let text = (try? String(contentsOfFile: "/proc/sys/net/ipv4/ip_local_port_range", encoding: .utf8)) ?? ""
        let numbers = text.split(whereSeparator: \.isWhitespace).map { UInt16($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : (nil, nil)
    }
}
