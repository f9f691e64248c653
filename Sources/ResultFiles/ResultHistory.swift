public import Metrics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `history.csv` in a folder of results: a run a row, for tools that look for change points over many nights. It is only
/// ever appended to.
public enum ResultHistory {
    public static let file = "history.csv"

    static let columns = [
        "time", "name", "scenario_hash", "result", "exit_code", "logins_due", "logins", "failures_percent",
        "login_p50_us", "login_p90_us", "login_p99_us", "due_p99_us", "client_cpu_per_login_us",
        "server_cpu_per_login_us", "duration_s", "marked_s",
    ]

    /// Appends the row of a run, behind a header where there is none yet. Several may do so at once.
    public static func append(
        _ run: RunDescription, _ totals: RunTotals, result: String, in results: String
    ) throws(ResultError) {
        var buffer = CSVBuffer()
        buffer.history(run, totals, result: result)
        let path = "\(results)/\(file)"
        let descriptor = try System.open(path, O_RDWR | O_CREAT | O_APPEND, .create)
        defer { close(descriptor) }
        System.waitForLock(descriptor)
        var header = CSVBuffer()
        if lseek(descriptor, 0, SEEK_END) == 0 { header.header(columns) }
        try System.write(header.bytes + buffer.bytes, to: descriptor, path: path)
        try System.sync(descriptor, path: path)
    }
}

extension CSVBuffer {
    fileprivate mutating func history(_ run: RunDescription, _ totals: RunTotals, result: String) {
        let (login, due) = (totals.record(of: .login), totals.record(of: .due))
        let count = due.latencies?.count ?? 0
        let times = login.latencies.figures([0.5, 0.9, 0.99]) + due.latencies.figures([0.99])
        text(run.startedAt)
        text(run.name)
        text(run.scenarioHash)
        text(result)
        integer(run.verdict?.exitCode)
        integer(count)
        integer(login.completed)
        thousandths(count > 0 ? 100 * Double(due.latencies?.unreached ?? 0) / Double(count) : nil)
        // What was not reached has no number that others could reckon with.
        for time in times { thousandths(time.flatMap { $0.isFinite ? $0 : nil }) }
        for cost in [totals.clientCPU, totals.serverCPU] {
            thousandths(login.completed > 0 ? cost.map { Double($0) / Double(login.completed) } : nil)
        }
        thousandths(run.durationSeconds)
        integer(totals.marks.seconds)
        endRow()
    }
}
