import Foundation
import LoadPlan
import Metrics
import OpenSSL
import ResultFiles
import ScenarioFile
import Transport

extension RunDescription {
    /// What is known before the first login.
    init(_ scenario: Scenario, target: String, started: Date) {
        let plan = scenario.plan
        self.init(
            name: plan.name, started: Stamp.iso8601(started), scenario: scenario.rendered(),
            scenarioHash: Self.sha256(scenario.canonicalText), planHash: Self.sha256(plan.planHashText),
            seed: plan.seed,
            target: target)
        versions = ["muster": Version.current, "openssl": openSSLVersion, "kernel": MachineFacts.kernel]
        machine = [
            "processor": MachineFacts.processor, "processors": "\(ProcessInfo.processInfo.processorCount)",
            "memory_bytes": "\(ProcessInfo.processInfo.physicalMemory)",
        ]
        limits = ["descriptors": DescriptorLimit.current, "descriptors_hard": DescriptorLimit.hard]
        stages = plan.stages.map { StageEntry(name: $0.name, startedAtSeconds: nil, isOpen: $0.isOpen) }
        notes = plan.login.scramCache ? ["scram-cache: salted passwords were derived once per account"] : []
    }

    private static func sha256(_ text: String) -> String {
        (try? DigestAlgorithm.sha256.digest(of: Array(text.utf8))).map(hexadecimal) ?? ""
    }

    mutating func add(_ marks: [SaturationMark], stages: [String]) {
        marked += marks.map { MarkedSecond(second: $0.second, stage: stages[Int($0.stage)], reason: $0.reason) }
    }
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
}

/// Wall time, for labels only; UTC.
enum Stamp {
    /// `20261123T203000Z`.
    static func compact(_ date: Date) -> String { iso8601(date).filter { $0 != "-" && $0 != ":" } }

    /// `2026-11-23T20:30:00Z`.
    static func iso8601(_ date: Date) -> String { date.formatted(.iso8601) }
}
