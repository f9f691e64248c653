public import Metrics

/// How a run stands, as text that Prometheus scrapes: OpenMetrics 1.0, in seconds and bytes.
public struct OpenMetrics: Sendable {
    public static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    private let run: Run
    private let status: LiveStatus
    private let totals: LiveTotals

    /// What does not change in a run.
    public struct Run: Sendable {
        public var name: String
        public var scenarioHash: String
        public var version: String

        public init(name: String, scenarioHash: String, version: String) {
            self.name = name
            self.scenarioHash = scenarioHash
            self.version = version
        }
    }

    /// - Parameters:
    ///   - status: of the last second.
    ///   - totals: of the last interval: histograms and processes are as old as that.
    public init(_ run: Run, _ status: LiveStatus, _ totals: LiveTotals) {
        self.run = run
        self.status = status
        self.totals = totals
    }

    public var text: String {
        let families = about + logins + [failures] + now + [latencies] + generator + server
        return families.compactMap(\.text).joined() + "# EOF\n"
    }
}

// MARK: - The families

extension OpenMetrics {
    private var about: [MetricFamily] {
        [
            MetricFamily(
                "muster_run", .info, "What is run.",
                labels: [
                    ("name", run.name), ("scenario_hash", run.scenarioHash), ("version", run.version),
                ]),
            MetricFamily("muster_stage", .info, "The stage under way.", labels: [("stage", status.stage)]),
            MetricFamily(
                "muster_run_elapsed_seconds", .gauge, "Since the first arrival.", unit: "seconds",
                Double(status.elapsed) / 1e9),
        ]
    }

    private var logins: [MetricFamily] {
        [
            MetricFamily("muster_logins_begun", .counter, "Logins begun.", Double(status.started)),
            MetricFamily("muster_logins_completed", .counter, "Logins completed.", Double(status.completed)),
            MetricFamily("muster_logins_failed", .counter, "Logins failed.", Double(status.failed)),
        ]
    }

    /// All stages and variants together: a nightly's board has one line a kind.
    private var failures: MetricFamily {
        var family = MetricFamily("muster_failures", .counter, "Logins and sessions that failed, by phase and kind.")
        for failure in LiveFailure.all(of: status) {
            family.add(
                [
                    ("phase", failure.name.phase), ("kind", failure.name.kind.rawValue),
                    ("condition", failure.name.condition),
                ], Double(failure.count))
        }
        return family
    }

    private var now: [MetricFamily] {
        var inFlight = MetricFamily("muster_logins_in_flight", .gauge, "Logins under way, by the phase they are in.")
        for count in status.inPhase {
            inFlight.add([("phase", status.phases.name(of: count.phase))], Double(count.logins))
        }
        return [
            inFlight,
            MetricFamily("muster_sessions_online", .gauge, "Sessions logged in.", Double(status.online)),
            MetricFamily("muster_wanted_logins_per_second", .gauge, "The rate by plan.", status.wantedRate),
        ]
    }

    private var latencies: MetricFamily {
        var family = MetricFamily(
            "muster_phase_seconds", .histogram,
            "How long each phase took. What was never completed is in +Inf and not in the sum.", unit: "seconds")
        for phase in totals.latencies {
            let labels = [("variant", phase.variant), ("phase", phase.phase)]
            for (bound, count) in zip(LiveTotals.bounds, phase.cumulative) {
                family.add(labels + [("le", "\(bound)")], Double(count), suffix: "_bucket")
            }
            family.add(labels + [("le", "+Inf")], Double(phase.count), suffix: "_bucket")
            family.add(labels, Double(phase.count), suffix: "_count")
            family.add(labels, phase.sum, suffix: "_sum")
        }
        return family
    }

    private var generator: [MetricFamily] {
        let system = totals.system
        return [
            MetricFamily(
                "muster_saturated_seconds", .counter, "Seconds in which the load generator was the bottleneck.",
                unit: "seconds", Double(totals.markedSeconds)),
            MetricFamily(
                "muster_process_cpu_seconds", .counter, "Processor time of the load generator.",
                unit: "seconds", totals.clientCPU),
            MetricFamily(
                "muster_process_resident_memory_bytes", .gauge, "Its resident memory.", unit: "bytes",
                system.residentBytes.map { Double($0) }),
            MetricFamily(
                "muster_process_open_fds", .gauge, "Its open descriptors.", system.descriptors.map { Double($0) }),
            MetricFamily(
                "muster_process_max_fds", .gauge, "How many it may have.",
                system.descriptorLimit.map { Double($0) }),
            MetricFamily("muster_process_threads", .gauge, "Its threads.", system.threads.map { Double($0) }),
        ]
    }

    private var server: [MetricFamily] {
        let server = totals.system.server
        return [
            MetricFamily(
                "muster_server_cpu_seconds", .counter, "Processor time of the server's process tree.",
                unit: "seconds", totals.serverCPU),
            MetricFamily(
                "muster_server_resident_memory_bytes", .gauge, "Its resident memory.", unit: "bytes",
                server?.residentBytes.map { Double($0) }),
            MetricFamily(
                "muster_server_open_fds", .gauge, "Its open descriptors.",
                server?.descriptors.map { Double($0) }),
            MetricFamily("muster_server_threads", .gauge, "Its threads.", server?.threads.map { Double($0) }),
        ]
    }
}
