/// Something that a variant spends, or achieves, and that is kept as one total per block.
public struct CostMeasure: Hashable, Sendable {
    /// How a figure is made of the blocks' totals; sums are divided, ratios are never averaged.
    public enum Form: Hashable, Sendable {
        /// Sum of the totals over the logins.
        case perLogin
        /// Sum of the totals over the number of blocks.
        case perBlock
        /// Logins over the sum of the totals, which are seconds: more is better.
        case loginsPerSecond
    }

    /// As in the column `measure`; the row's phase is `login`.
    public let name: String
    /// Of the figure, as in the column `unit`.
    public let unit: String
    public let form: Form
    /// Belongs to the declared primary measures.
    public let isPrimary: Bool

    public init(name: String, unit: String, form: Form = .perLogin, isPrimary: Bool = false) {
        (self.name, self.unit, self.form, self.isPrimary) = (name, unit, form, isPrimary)
    }

    /// Totals are microseconds of CPU time.
    public static let clientCPU = CostMeasure(name: "client_cpu_per_login", unit: "us", isPrimary: true)
    /// Totals are microseconds of CPU time, less what the server spends when idle.
    public static let serverCPU = CostMeasure(name: "server_cpu_per_login", unit: "us", isPrimary: true)
    /// The parts of the client's processor time that handshakes and SASL computations took.
    public static let clientTLSCPU = CostMeasure(name: "client_tls_cpu_per_login", unit: "us")
    public static let clientSASLCPU = CostMeasure(name: "client_sasl_cpu_per_login", unit: "us")
    /// Totals are bytes by which the server's resident memory is greater after the block; below 0 where it shrank.
    public static let serverMemoryGrowth = CostMeasure(name: "server_memory_growth_per_login", unit: "bytes")
    /// The most in a block.
    public static let serverDescriptors = CostMeasure(name: "server_descriptors", unit: "", form: .perBlock)
    public static let serverThreads = CostMeasure(name: "server_threads", unit: "", form: .perBlock)
    /// Times that the client sent something and had to wait for the server.
    public static let roundTrips = CostMeasure(name: "round_trips_per_login", unit: "")
    /// Totals are bytes on the wire.
    public static let bytesSent = CostMeasure(name: "bytes_sent_per_login", unit: "bytes")
    public static let bytesReceived = CostMeasure(name: "bytes_received_per_login", unit: "bytes")
    /// Totals are the seconds that the block's logins took together; for closed stages.
    public static let throughput = CostMeasure(name: "throughput", unit: "logins/s", form: .loginsPerSecond)
}
