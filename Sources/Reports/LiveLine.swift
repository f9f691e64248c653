public import Metrics

/// How a run stands, in one line of at most 100 columns.
public enum LiveLine {
    public static func text(_ status: LiveStatus) -> String {
        let stage = status.isDraining ? "ending:" : "\(status.stage) \(status.stageNumber)/\(status.stageCount):"
        let wanted = status.wantedRate.map { "/\(Int($0.rounded()))" } ?? ""
        var fields = [
            Numbers.clock(status.elapsed), stage, "\(Numbers.count(status.started)) started",
            "\(Numbers.count(status.inFlight)) in flight", "\(Numbers.count(status.completed)) done",
            "\(Numbers.count(status.failed)) failed", "\(Int(status.rate.rounded()))\(wanted)/s",
        ]
        if let p50 = status.loginP50, let p99 = status.loginP99 {
            fields.append("p50 \(Numbers.duration(Double(p50))) p99 \(Numbers.duration(Double(p99)))")
        }
        if let descriptors = status.descriptors { fields.append("fd \(descriptors)/\(status.descriptorLimit)") }
        if status.isMarked { fields.append("!") }
        return fit(fields)
    }

    /// Leaves out what stands last until it fits.
    private static func fit(_ fields: [String]) -> String {
        var fields = fields
        while fields.joined(separator: " ").count > 100, fields.count > 1 { fields.removeLast() }
        return String(fields.joined(separator: " ").prefix(100))
    }
}
