/// A login by the load generator's own clock, to be held against what its server did meanwhile. Instants are nanoseconds
/// of the machine's monotonic clock.
public struct OwnLogin: Sendable, Equatable {
    /// Our end of the connection.
    public var client: String
    /// Just before connect() was called.
    public var began: UInt64
    /// When the last answer had arrived.
    public var ended: UInt64
    public var phases: [Phase]

    public init(client: String, began: UInt64, ended: UInt64, phases: [Phase]) {
        self.client = client
        self.began = began
        self.ended = ended
        self.phases = phases
    }

    /// In nanoseconds.
    public struct Phase: Sendable, Equatable {
        public var name: String
        public var took: UInt64
        /// Processor time of our own that is a part of it: of `tls`.
        public var computed: UInt64

        public init(name: String, took: UInt64, computed: UInt64 = 0) {
            self.name = name
            self.took = took
            self.computed = computed
        }
    }
}

/// A server's rows, by connection.
struct ServerConnections {
    private var byClient: [String: [[ExchangeRow]]] = [:]

    init(_ rows: [ExchangeRow]) {
        for row in rows {
            if row.phase == Self.first {
                byClient[row.client, default: []].append([row])
            } else if let last = byClient[row.client]?.indices.last {
                byClient[row.client]?[last].append(row)
            }
        }
    }

    private static let first = "connect"

    /// What the server did in this login. A port is used again, but by one connection at a time.
    subscript(login: OwnLogin) -> [ExchangeRow]? {
        byClient[login.client]?.first { $0[0].read >= login.began && $0[0].read <= login.ended }
    }
}

extension Calibration.PhaseError {
    private struct Pair {
        var ours: Double
        var server: Double
    }

    /// Of each phase, how far the percentiles that we measured are off those of what the server did in the same logins.
    ///
    /// What is ours less what is the server's holds both ways through the kernel, so that it errs to the greater. Our own
    /// computing is taken for true in `tls`, our own clock for the beginning of `login`.
    public static func all(of logins: [OwnLogin], against rows: [ExchangeRow]) -> [Calibration.PhaseError] {
        let connections = ServerConnections(rows)
        var pairs: [String: [Pair]] = [:]
        var order: [String] = []
        for login in logins {
            guard let server = connections[login] else { continue }
            for (name, pair) in Self.pairs(login, server) {
                if pairs[name] == nil { order.append(name) }
                pairs[name, default: []].append(pair)
            }
        }
        return order.map { Self($0, pairs[$0] ?? []) }
    }

    private static func pairs(_ login: OwnLogin, _ server: [ExchangeRow]) -> [(String, Pair)] {
        let rows = Dictionary(server.map { ($0.phase, $0) }, uniquingKeysWith: { first, _ in first })
        var pairs = login.phases.compactMap { phase in
            rows[phase.name].map {
                (phase.name, Pair(ours: Double(phase.took), server: Double($0.took + phase.computed)))
            }
        }
        if let last = login.phases.last, let written = rows[last.name]?.written, written >= login.began {
            let (ours, server) = (login.ended - login.began, written - login.began)
            pairs.append(("login", Pair(ours: Double(ours), server: Double(server))))
        }
        return pairs
    }

    private init(_ phase: String, _ pairs: [Pair]) {
        let server = Calibration.Percentiles(nanoseconds: pairs.map(\.server))
        let ours = Calibration.Percentiles(nanoseconds: pairs.map(\.ours))
        self.init(phase: phase, count: pairs.count, server: server, error: ours - server)
    }
}
