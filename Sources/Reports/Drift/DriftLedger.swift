/// What a stage went through in one interval, as far as trends are about it.
public struct DriftInterval: Sendable {
    /// Its begin and end, in seconds since the first arrival.
    public var began: Double
    public var end: Double
    /// Of the logins that completed.
    public var latencies: BlockLatencies
    /// Arrivals due, and those that did not complete.
    public var due: UInt64
    public var unreached: UInt64
    public var server: Server

    /// What could not be read is nil.
    public struct Server: Sendable {
        /// Microseconds in the interval.
        public var cpu: UInt64?
        public var residentBytes: UInt64?
        public var descriptors: Int?
        public var threads: Int?

        public init() {}
    }

    public init(
        began: Double, end: Double, latencies: BlockLatencies, due: UInt64, unreached: UInt64, server: Server
    ) {
        (self.began, self.end, self.latencies) = (began, end, latencies)
        (self.due, self.unreached, self.server) = (due, unreached, server)
    }
}

/// The windows of one stage, filled interval by interval. Bounded: a run of any length has at most ``capacity`` points a
/// measure, which are a few hundred KiB.
public struct DriftLedger: Sendable {
    /// More windows than this are thinned: every other one is dropped, and from then on kept.
    public static let capacity = 4096

    private var series: [DriftMeasure: ThinnedPoints] = [:]
    private var p50 = Window(.p50)
    private var p99 = Window(.p99)
    private var failures = Window(.failures)
    private var cpu = Window(.serverCPU)

    public init() {}

    /// Intervals come in the order of time.
    public mutating func add(_ interval: DriftInterval) {
        let logins = interval.latencies.count
        if let window = p50.add(interval, logins) { put(.p50, window) { $0.latencies.microseconds(at: 0.5) } }
        if let window = p99.add(interval, logins) { put(.p99, window) { $0.latencies.microseconds(at: 0.99) } }
        if let window = failures.add(interval, interval.due) {
            put(.failures, window) { $0.total / Double($0.logins) }
        }
        if interval.server.cpu != nil, let window = cpu.add(interval, logins) {
            put(.serverCPU, window) { $0.total / Double($0.logins) }
        }
        put(.serverMemory, interval, interval.server.residentBytes.map { Double($0) })
        put(.serverDescriptors, interval, interval.server.descriptors.map { Double($0) })
        put(.serverThreads, interval, interval.server.threads.map { Double($0) })
    }

    /// A series for each measure, empty where nothing could be read.
    public var all: [DriftSeries] {
        DriftMeasure.allCases.map { DriftSeries($0, series[$0]?.points ?? []) }
    }

    private mutating func put(_ measure: DriftMeasure, _ window: Window, _ figure: (Window) -> Double) {
        let point = DriftSeries.Point(
            at: (window.began + window.end) / 2, value: figure(window), weight: Double(window.logins))
        series[measure, default: ThinnedPoints()].append(point)
    }

    private mutating func put(_ measure: DriftMeasure, _ interval: DriftInterval, _ figure: Double?) {
        guard let figure else { return }
        series[measure, default: ThinnedPoints()].append(
            DriftSeries.Point(at: (interval.began + interval.end) / 2, value: figure))
    }
}

/// Intervals that are joined until they have logins enough.
private struct Window: Sendable {
    let measure: DriftMeasure
    private(set) var began = 0.0
    private(set) var end = 0.0
    private(set) var logins: UInt64 = 0
    /// Failures, or microseconds of processor time.
    private(set) var total = 0.0
    private(set) var latencies = BlockLatencies()

    init(_ measure: DriftMeasure) { self.measure = measure }

    /// The window, once it is complete; the next one begins then.
    mutating func add(_ interval: DriftInterval, _ logins: UInt64) -> Window? {
        if self.logins == 0 { began = interval.began }
        end = interval.end
        self.logins += logins
        switch measure {
        case .failures: total += Double(interval.unreached)
        case .serverCPU: total += Double(interval.server.cpu ?? 0)
        default: latencies.merge(interval.latencies)
        }
        guard self.logins >= measure.loginsPerWindow else { return nil }
        defer { self = Window(measure) }
        return self
    }
}

/// Points in the order of time, evenly thinned where there are too many.
private struct ThinnedPoints: Sendable {
    private(set) var points: [DriftSeries.Point] = []
    private var stride = 1
    private var seen = 0

    mutating func append(_ point: DriftSeries.Point) {
        defer { seen += 1 }
        guard seen.isMultiple(of: stride) else { return }
        points.append(point)
        guard points.count == DriftLedger.capacity else { return }
        points = points.indices.filter { $0.isMultiple(of: 2) }.map { points[$0] }
        stride *= 2
    }
}
