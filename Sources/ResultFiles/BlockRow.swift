/// One variant in one block of an experiment: one row of `blocks.csv`. What could not be read is nil.
public struct BlockRow: Sendable, Equatable {
    /// From 1; 0 is the warm-up block, which is not counted.
    public var block: Int
    public var variant: String
    /// Which one in its block, from 0.
    public var place: Int
    /// Its begin in seconds since the experiment's first arrival; its length with the pause that follows.
    public var at: Double
    public var length: Double
    public var logins: UInt64
    public var failures: UInt64
    /// Microseconds of processor time; the server's is of its whole process tree, its idle burn included.
    public var clientCPU: UInt64
    public var serverPID: Int32?
    public var serverCPU: UInt64?
    public var serverMemoryGrowth: Int64?
    /// The most that were seen.
    public var serverDescriptors: Int?
    public var serverThreads: Int?
    public var bytesSent: UInt64
    public var bytesReceived: UInt64
    public var roundTrips: UInt64
    /// Of the logins, those that were their account's first of the variant.
    public var firstLogins: UInt64
}

extension BlockRow: CSVRow {
    static let columns = [
        "block", "variant", "place", "at_s", "length_s", "logins", "failures", "client_cpu_us", "server_pid",
        "server_cpu_us", "server_memory_growth_bytes", "server_descriptors", "server_threads", "bytes_sent",
        "bytes_received", "round_trips", "first_logins",
    ]
    static let laterColumns: Set<String> = ["first_logins"]

    init(_ fields: CSVFields) throws(ResultError) {
        block = try fields.integer("block")
        variant = try fields.text("variant")
        place = try fields.integer("place")
        at = try fields.number("at_s")
        length = try fields.number("length_s")
        logins = try fields.integer("logins")
        failures = try fields.integer("failures")
        clientCPU = try fields.integer("client_cpu_us")
        serverPID = try fields.optionalInteger("server_pid")
        serverCPU = try fields.optionalInteger("server_cpu_us")
        serverMemoryGrowth = try fields.optionalInteger("server_memory_growth_bytes")
        serverDescriptors = try fields.optionalInteger("server_descriptors")
        serverThreads = try fields.optionalInteger("server_threads")
        bytesSent = try fields.integer("bytes_sent")
        bytesReceived = try fields.integer("bytes_received")
        roundTrips = try fields.integer("round_trips")
        firstLogins = fields.laterText("first_logins").isEmpty ? 0 : try fields.integer("first_logins")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.integer(block)
        buffer.text(variant)
        buffer.integer(place)
        buffer.thousandths(at)
        buffer.thousandths(length)
        buffer.integer(logins)
        buffer.integer(failures)
        buffer.integer(clientCPU)
        buffer.integer(serverPID)
        buffer.integer(serverCPU)
        buffer.integer(serverMemoryGrowth)
        buffer.integer(serverDescriptors)
        buffer.integer(serverThreads)
        buffer.integer(bytesSent)
        buffer.integer(bytesReceived)
        buffer.integer(roundTrips)
        buffer.integer(firstLogins)
        buffer.endRow()
    }
}
