import ResultFiles

/// A run in which the server's memory grew, and which took its server away once.
enum SampleSoak {
    static var stored: StoredResult {
        var stored = SampleRun.finished().stored
        stored.run?.drift = [
            growth,
            .init(measure: "p99", stage: "steady", verdict: "too short to judge", text: "login p99: too short"),
        ]
        stored.run?.residue = .init(
            before: .init(sessions: 0, memoryBytes: 100 << 20, descriptors: 9),
            after: .init(sessions: 2, memoryBytes: 160 << 20, descriptors: 9), watchedSeconds: 5)
        stored.run?.storms = [storm]
        return stored
    }

    private static var growth: RunDescription.Drift {
        var drift = RunDescription.Drift(
            measure: "server memory", stage: "steady", verdict: "grows",
            text: "the server's memory grows by 41 MiB an hour, interval 38 to 44")
        (drift.ratePerHour, drift.rateLow, drift.rateHigh) = (43_000_000, 40_000_000, 46_000_000)
        return drift
    }

    private static var storm: RunDescription.Storm {
        var storm = RunDescription.Storm(
            stage: "restart", onlineBefore: 2000, lost: 2000, left: 0, secondsDown: 10.2, attemptsMax: 7,
            peakRatePerS: 412)
        (storm.back50S, storm.back95S, storm.back99S, storm.backAllS) = (3.1, 7.4, 12.9, 14.2)
        (storm.backShare, storm.attemptsMean) = (1, 4.25)
        storm.recovery = .init(stage: "storm", wantedShare: 0.99, withinS: 120, share: 0.99)
        storm.curve = [(1.5, 0.1), (3.1, 0.5), (7.4, 0.95), (12.9, 0.99), (14.2, 1)].map { .init(s: $0, share: $1) }
        return storm
    }
}
