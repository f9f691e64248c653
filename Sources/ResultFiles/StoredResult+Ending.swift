extension StoredResult {
    /// Why the run is no whole one, to be read behind its name: `was killed at 0:42`; nil where it is.
    public var unfinished: String? {
        guard let run else { return "has no run.json" }
        return switch run.state {
        case .running: isBeingWritten ? "still goes on" : end > 0 ? "was killed at \(clock)" : "was killed at its begin"
        case .interrupted:
            run.injectors == nil ? "was interrupted at \(clock)" : "has parts that did not end by themselves"
        case .cut: "was cut at \(clock)"
        case .unreachable: "did not reach its target"
        case .finished: nil
        }
    }

    /// `1:02:03`, of its end.
    private var clock: String {
        let seconds = Int(max(0, end))
        let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let minutes = seconds / 60 % 60
        return seconds < 3600
            ? "\(minutes):\(padded(seconds % 60))" : "\(seconds / 3600):\(padded(minutes)):\(padded(seconds % 60))"
    }
}
