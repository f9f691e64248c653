import Metrics
import ResultFiles

/// One of two results as it is compared: interval by interval, without what was marked.
struct ComparedSide {
    let name: String
    let samples: [VariantSample]
    /// Intervals that are left out: the load generator was the bottleneck in half of each, or more.
    let markedOut: Int
    /// Why the run is no whole one.
    let unfinished: String?
    /// Seconds that the server's process had lived when the run began.
    let serverAge: Double?

    init(_ result: StoredResult, _ phases: PhaseNames) {
        name = result.folderName
        unfinished = result.unfinished
        serverAge = result.run?.server.ageSeconds
        (samples, markedOut) = result.samples(phases)
    }

    /// So much was taken away that what is left tells little.
    var isThin: Bool {
        let (left, fewest) = (samples.count, RunComparison.fewestIntervals)
        return markedOut > 0 && left < fewest && (left + markedOut >= fewest || left < markedOut)
    }

    /// `night-... has 8 of 24 intervals left: in the others the load generator itself was the bottleneck`
    var thinness: String {
        "\(name) has \(samples.count) of \(samples.count + markedOut) intervals left: in the others the load generator "
            + "itself was the bottleneck"
    }
}

extension StoredResult {
    /// What was measured in each interval, in the order of time, less what was marked; how late the generator was is
    /// nothing of the server's.
    fileprivate func samples(_ phases: PhaseNames) -> ([VariantSample], markedOut: Int) {
        let histograms = Dictionary(grouping: log) { Self.millisecond($0.end) }
        let parts = Dictionary(grouping: markedPart) { Self.millisecond($0.end) }
        let rows = Dictionary(grouping: intervals.filter { $0.phase == Phase.login.name }) { Self.millisecond($0.at) }
        let moments = Dictionary(grouping: system) { Self.millisecond($0.at) }.sorted { $0.key < $1.key }
        var (samples, markedOut, began): ([VariantSample], Int, Int) = ([], 0, 0)
        for (at, moment) in moments {
            defer { began = at }
            guard 2000 * (moment.map(\.marked).max() ?? 0) < max(1, at - began) else {
                markedOut += 1
                continue
            }
            var sample = VariantSample(logins: Int(clamping: rows[at, default: []].reduce(0) { $0 + $1.completed }))
            sample.add(histograms[at] ?? [], phases)
            sample.remove(parts[at] ?? [], phases)
            sample.costs[.clientCPU] = moment.clientCPU.map { Double($0) }
            sample.costs[.serverCPU] = moment.serverCPU.map { Double($0) }
            samples.append(sample)
        }
        return (samples, markedOut)
    }
}

extension VariantSample {
    /// How late we were ourselves is no measure of the server.
    private static let ownLateness: Set<Phase> = [.lag, .readLag, .clientWait]

    fileprivate mutating func add(_ lines: [LoggedHistogram], _ names: PhaseNames) {
        for line in lines {
            guard let phase = names.phase(named: line.phase), !Self.ownLateness.contains(phase) else { continue }
            phases[phase, default: BlockLatencies()].merge(BlockLatencies(line))
        }
        noteEnds()
    }

    fileprivate mutating func remove(_ lines: [LoggedHistogram], _ names: PhaseNames) {
        for line in lines {
            guard let phase = names.phase(named: line.phase) else { continue }
            phases[phase]?.remove(BlockLatencies(line))
        }
        noteEnds()
    }

    private mutating func noteEnds() {
        ends = Ends(count: phases[.due]?.count ?? 0, unreached: phases[.due]?.unreached ?? 0)
    }
}
