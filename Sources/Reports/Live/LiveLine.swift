public import Metrics

/// One line on how a run stands, in at most 100 columns: for a log.
public enum LiveLine {
    public static let width = 100

    /// With the time of the run before it.
    public static func plain(_ status: LiveStatus) -> String {
        let time = "\(Format.clock(nanoseconds: status.elapsed))  "
        return time + text(status, width: width - time.count)
    }

    /// What matters less gives way first where the line is too narrow.
    static func text(_ status: LiveStatus, width: Int) -> String {
        var parts = [
            stage(status), counts(status), rate(status), latencies(status), progress(status), descriptors(status),
        ]
        while joined(parts).count > width, parts.count > 2 { parts.removeLast() }
        return Format.cut(joined(parts), to: width)
    }

    /// Progress is spoken right after the stage, whatever its weight.
    private static func joined(_ parts: [String]) -> String {
        var order = parts
        if order.count > 4 { order.insert(order.remove(at: 4), at: 1) }
        return order.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private static func stage(_ status: LiveStatus) -> String {
        let mark = status.isMarked ? "! " : ""
        let name = Format.cut(status.stage, to: 16)
        return status.stageCount > 1 ? "\(mark)\(name) \(status.stageNumber)/\(status.stageCount)" : mark + name
    }

    private static func progress(_ status: LiveStatus) -> String {
        let elapsed = Format.clock(nanoseconds: status.stageElapsed)
        return status.stageLength.map { "\(elapsed)/\(Format.clock(nanoseconds: $0))" } ?? elapsed
    }

    private static func counts(_ status: LiveStatus) -> String {
        let failed = status.failed > 0 ? " \(Format.count(status.failed)) failed" : ""
        return "\(Format.count(status.started)) begun \(Format.count(status.inFlight)) going "
            + "\(Format.count(status.completed)) done\(failed)"
    }

    private static func rate(_ status: LiveStatus) -> String {
        let wanted = status.wantedRate.map { " of \(Format.rate($0))" } ?? ""
        return "\(Format.rate(status.rate))\(wanted)/s"
    }

    private static func latencies(_ status: LiveStatus) -> String {
        guard let p50 = status.loginP50, let p99 = status.loginP99 else { return "" }
        return "p50 \(Format.duration(nanoseconds: Double(p50))) p99 \(Format.duration(nanoseconds: Double(p99)))"
    }

    private static func descriptors(_ status: LiveStatus) -> String {
        guard let open = status.descriptors else { return "" }
        return "fd \(Format.count(open))" + (status.descriptorLimit.map { "/\(Format.count($0))" } ?? "")
    }
}
