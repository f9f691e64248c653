#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a server did in one phase of one login, by its own clock: a row of `muster serve --log-times`. Instants are
/// nanoseconds of the machine's monotonic clock.
public struct ExchangeRow: Sendable, Equatable {
    /// The client's end of the connection.
    public var client: String
    /// `connect` is the first row of each connection; `tls` is there where the handshake was completed.
    public var phase: String
    /// When the last byte of the request arrived; nil of `connect` and `tls`.
    public var arrived: UInt64?
    /// When the read that brought it returned; of `connect`, when the connection was accepted, and of `tls`, when the
    /// handshake was complete.
    public var read: UInt64
    /// Just before the call that wrote the answer; nil of `connect` and `tls`.
    public var written: UInt64?
    /// From `arrived` to `written`. Of `connect`, from the kernel's SYN-ACK to the client's ACK; of `tls`, the making of
    /// the server's answers to all messages of the client but its last.
    public var took: UInt64

    public init(client: String, phase: String, arrived: UInt64?, read: UInt64, written: UInt64?, took: UInt64) {
        self.client = client
        self.phase = phase
        self.arrived = arrived
        self.read = read
        self.written = written
        self.took = took
    }

    /// Writes a file of them in place of what was there.
    public static func write(_ rows: [ExchangeRow], to path: String) throws(ResultError) {
        var buffer = CSVBuffer()
        buffer.header(columns)
        for row in rows { row.write(to: &buffer) }
        let descriptor = try System.open(path, O_WRONLY | O_CREAT | O_TRUNC, .write)
        defer { close(descriptor) }
        try System.write(buffer.bytes, to: descriptor, path: path)
    }

    /// Reads a file of them.
    public static func read(_ path: String) throws(ResultError) -> [ExchangeRow] {
        try CSVTable(try System.read(path) ?? [], path: path).decode(ExchangeRow.self)
    }
}

extension ExchangeRow: CSVRow {
    static let columns = ["client", "phase", "arrived_ns", "read_ns", "written_ns", "took_ns"]

    init(_ fields: CSVFields) throws(ResultError) {
        client = try fields.text("client")
        phase = try fields.text("phase")
        arrived = try fields.optionalInteger("arrived_ns")
        read = try fields.integer("read_ns")
        written = try fields.optionalInteger("written_ns")
        took = try fields.integer("took_ns")
    }

    func write(to buffer: inout CSVBuffer) {
        buffer.text(client)
        buffer.text(phase)
        buffer.integer(arrived)
        buffer.integer(read)
        buffer.integer(written)
        buffer.integer(took)
        buffer.endRow()
    }
}
