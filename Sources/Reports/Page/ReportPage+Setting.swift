import Metrics
import ResultFiles

extension ReportPage {
    /// What one has to know to read the figures rightly.
    func writeCautions(to page: inout PageWriter) {
        page.section("How to read this", id: "reading")
        page.list(cautions)
    }

    var cautions: [String] {
        [Self.latency] + [floor, coordination, slowConnects, cache].compactMap { $0 } + (result.run?.notes ?? [])
            + missing
    }

    private static let latency =
        "Latency: login is the time from connect() until the last step that has an answer was answered: the network, TLS, "
        + "the server and the generator's own computations. due begins when the login was due, so a late start counts, and "
        + "a login that failed, never ended or never began ranks above every success. A percentile that falls among "
        + "those is not reached."

    private var floor: String? { result.run?.calibration.map { RunEnding.sentence($0.sentence) } }

    private var coordination: String? {
        let closed = (result.run?.stages ?? []).filter { !$0.isOpen }.map(\.name)
        guard !closed.isEmpty else { return nil }
        return
            "\(closed.joined(separator: ", ")): in a closed stage the latency is coordinated with the server, for a slow "
            + "server is asked less often. Compare such stages by their throughput, not by their latency."
    }

    private var slowConnects: String? {
        let connects = result.histogram.filter { $0.phase == Phase.connect.name && $0.stage == SummaryRow.allStages }
        return SlowConnects(connects)?.sentence
    }

    private var cache: String? {
        guard result.run?.scramCache == true else { return nil }
        return "Salted passwords were derived once per account (RFC 5802 allows it): a client that derives them for "
            + "each login spends more."
    }

    /// Files that are not there, and what is not shown for it.
    private var missing: [String] {
        guard !result.missing.isEmpty else { return [] }
        let names = result.missing.map(\.rawValue).joined(separator: ", ")
        return ["Missing in the folder: \(names). What they hold is not shown."]
    }

    /// The scenario, the machine and the versions.
    func writeSetting(to page: inout PageWriter) {
        guard let run = result.run else { return }
        page.section("Scenario, machine and versions", id: "setting")
        page.facts([
            ("Started", run.startedAt), ("Target", run.target), ("Seed", "\(run.seed)"),
            ("Server's process", run.server.pid.map { "\($0)" } ?? run.server.reason ?? ""),
            ("Processor", "\(run.machine.cpu), \(Format.count(run.machine.cores)) processors"),
            ("Memory", Format.bytes(Double(run.machine.memoryBytes))), ("Descriptors", descriptors(run.limits)),
            ("Ports", ports(run.limits)), ("Kernel", run.versions.kernel), ("OpenSSL", run.versions.openssl),
            ("Muster", "\(run.versions.muster), built with Swift \(run.versions.swift)"),
            ("Scenario's hash", String(run.scenarioHash.prefix(16))), ("Plan's hash", String(run.planHash.prefix(16))),
        ])
        if let injectors = run.injectors { writeInjectors(injectors, to: &page) }
        page.preformatted(run.scenario)
    }

    private func writeInjectors(_ injectors: [RunDescription.Injector], to page: inout PageWriter) {
        page.heading("Injectors")
        page.facts(
            injectors.map { one in
                let length = Format.duration(nanoseconds: one.durationSeconds * 1e9)
                return (
                    one.name, "seed \(one.seed), \(one.startedAt), \(length), \(one.machine.cpu), \(one.words)"
                )
            })
    }

    private func descriptors(_ limits: RunDescription.Limits) -> String {
        limits.descriptorsSoft.map { "at most \(Format.count($0))" } ?? ""
    }

    private func ports(_ limits: RunDescription.Limits) -> String {
        guard let first = limits.portFirst, let last = limits.portLast else { return "" }
        return "\(first) to \(last)"
    }
}

extension RunDescription.Injector {
    /// How it ended, and what it came to by itself.
    fileprivate var words: String {
        [unfinished ?? state.rawValue, exitCode.map { "exit code \($0)" }, text].compactMap { $0 }
            .joined(separator: ", ")
    }
}
