public import Metrics
public import ResultFiles

/// What each variant of an experiment bears, told from how busy its known rate kept whoever was busiest.
///
/// Latencies are compared fairly at no more than half of what the slowest variant bears: beyond, they hold more queueing
/// than work, and what differs is how near each variant is to its end.
///
/// A thread is never on two processors. The busiest one's share of the time, of the server's process tree, of our loops,
/// or of the whole machine's processors, whichever is greatest, is how far this rate is on the way: a variant bears the
/// rate over that share. It is an estimate. A server that gives small loads to few of its threads bears more; one that
/// waits for locks or disks, or whose work wanders from thread to thread, bears less. A server on another machine is not
/// seen, and what is told then is what we bear.
public struct CapacityEstimates: Sendable {
    public typealias Capacity = RunDescription.Experiment.Capacity

    private let variants: [String]
    private let processors: Int
    private var warmUp: [Int: Load] = [:]
    private var counted: [Int: Load] = [:]

    /// Sums over legs; times are seconds.
    private struct Load {
        var logins = 0.0
        var time = 0.0
        var lane = 0.0
        var serverThread = 0.0
        var machine = 0.0

        mutating func add(_ leg: LegRecord) {
            logins += Double(leg.record(of: .login).completed)
            time += Double(leg.load) / 1e9
            lane += Double(leg.busiestLane) / 1e9
            serverThread += Double(leg.server?.busiestThread ?? 0) / 1e6
            machine += Double(leg.clientCPU + (leg.server?.cpu ?? 0)) / 1e6
        }
    }

    /// - Parameter processors: of this machine.
    public init(variants: [String], processors: Int) {
        self.variants = variants
        self.processors = processors
    }

    public mutating func add(_ leg: LegRecord) {
        if leg.block == 0 {
            warmUp[leg.variant, default: Load()].add(leg)
        } else {
            counted[leg.variant, default: Load()].add(leg)
        }
    }

    /// Whether every variant was seen once.
    public var isComplete: Bool { variants.indices.allSatisfy { load(of: $0) != nil } }

    /// In the order of the variants. From the counted blocks, or while there is none from the one to warm up.
    public var all: [Capacity] {
        variants.indices.compactMap { number in load(of: number).flatMap { capacity(variants[number], $0) } }
    }

    private func load(of variant: Int) -> Load? { counted[variant] ?? warmUp[variant] }

    private func capacity(_ variant: String, _ load: Load) -> Capacity? {
        let shares = [
            ("the server's busiest thread", load.serverThread / load.time), ("our busiest loop", load.lane / load.time),
            ("this machine", load.machine / load.time / Double(processors)),
        ]
        guard load.logins > 0, load.time > 0, let (name, share) = shares.max(by: { $0.1 < $1.1 }), share > 0 else {
            return nil
        }
        let rate = load.logins / load.time
        return Capacity(
            variant: variant, loginsPerSecond: rate / share, atLoginsPerSecond: rate, busyShare: share, busiest: name)
    }

    /// What to say where the compared rate, in logins a second, is more than half of what the slowest variant bears; nil
    /// where it is not.
    public func warning(rate: Double) -> String? {
        let slow = all.filter { rate > $0.loginsPerSecond / 2 }
        guard let slowest = slow.min(by: { $0.loginsPerSecond < $1.loginsPerSecond }) else { return nil }
        let others = slow.count > 1 ? ", and of what \(slow.count - 1) more can bear" : ""
        return "\(slowest.variant) bears about \(Format.rate(slowest.loginsPerSecond.rounded())) logins/s: at "
            + "\(Format.rate(slowest.atLoginsPerSecond.rounded()))/s \(slowest.busiest) was busy for "
            + "\(Format.share(slowest.busyShare)) of the time. \(Format.rate(rate))/s is more than half of that\(others): "
            + "latencies hold queueing beside the work; \(Format.rate((slowest.loginsPerSecond / 2).rounded(.down)))/s "
            + "or less would tell more"
    }
}
