/// How this process and the server's stood in an interval: one row of `system.csv`. What could not be read is nil.
public struct SystemRow: Sendable, Equatable {
    /// The interval's end in seconds since the first arrival.
    public var at: Double
    public var online: Int
    public var inFlight: Int
    /// Processor time used in the interval, in microseconds.
    public var cpu: UInt64?
    public var residentBytes: UInt64?
    public var descriptors: Int?
    public var descriptorLimit: Int?
    public var threads: Int?
    /// Microseconds.
    public var lagP99: Double?
    public var arrivalsLate: Int
    /// Seconds of the interval that were marked.
    public var marked: Int
    public var serverPID: Int32?
    public var serverCPU: UInt64?
    public var serverResidentBytes: UInt64?
    public var serverDescriptors: Int?
    public var serverThreads: Int?
    /// Whose row it is in a merged result; empty in any other.
    public var injector = ""
}

extension SystemRow: CSVRow {
    static let columns = [
        "at_s", "online", "in_flight", "cpu_us", "rss_bytes", "descriptors", "descriptor_limit", "threads",
        "lag_p99_us", "arrivals_late", "marked", "server_pid", "server_cpu_us", "server_rss_bytes",
        "server_descriptors", "server_threads", "injector",
    ]
    static let laterColumns: Set<String> = ["injector"]

    init(_ fields: CSVFields) throws(ResultError) {
        at = try fields.number("at_s")
        online = try fields.integer("online")
        inFlight = try fields.integer("in_flight")
        cpu = try fields.optionalInteger("cpu_us")
        residentBytes = try fields.optionalInteger("rss_bytes")
        descriptors = try fields.optionalInteger("descriptors")
        descriptorLimit = try fields.optionalInteger("descriptor_limit")
        threads = try fields.optionalInteger("threads")
        lagP99 = try fields.optionalNumber("lag_p99_us")
        arrivalsLate = try fields.integer("arrivals_late")
        marked = try fields.integer("marked")
        serverPID = try fields.optionalInteger("server_pid")
        serverCPU = try fields.optionalInteger("server_cpu_us")
        serverResidentBytes = try fields.optionalInteger("server_rss_bytes")
        serverDescriptors = try fields.optionalInteger("server_descriptors")
        serverThreads = try fields.optionalInteger("server_threads")
        injector = fields.laterText("injector")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.thousandths(at)
        buffer.integer(online)
        buffer.integer(inFlight)
        buffer.integer(cpu)
        buffer.integer(residentBytes)
        buffer.integer(descriptors)
        buffer.integer(descriptorLimit)
        buffer.integer(threads)
        buffer.thousandths(lagP99)
        buffer.integer(arrivalsLate)
        buffer.integer(marked)
        buffer.integer(serverPID)
        buffer.integer(serverCPU)
        buffer.integer(serverResidentBytes)
        buffer.integer(serverDescriptors)
        buffer.integer(serverThreads)
        buffer.text(injector)
        buffer.endRow()
    }
}
