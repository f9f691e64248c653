/// A step of a login that has a histogram of its own. What each one spans is listed in the README of `Results/`.
///
/// A phase starts just before the send call that carries its last byte and ends when the last byte of its answer had
/// arrived. The name of an own step is its run's: ask ``PhaseNames``.
public struct Phase: Hashable, Sendable, CustomStringConvertible {
    /// Dense from 0, below ``limit``: recorders index by it.
    public let index: UInt8

    init(_ index: UInt8) { self.index = index }

    /// No phase has an index of this or above.
    public static let limit = 64

    public static let resolve = Phase(0)
    public static let connect = Phase(1)
    public static let greeting = Phase(2)
    public static let starttls = Phase(3)
    public static let tls = Phase(4)
    /// The handshakes within `tls` that were not resumed, and those that were, where tickets are used again.
    public static let tlsFull = Phase(5)
    public static let tlsResumed = Phase(6)
    public static let offer = Phase(7)
    /// From `<compress>` to the features of the compressed stream (XEP-0138).
    public static let compress = Phase(8)
    public static let sasl = Phase(9)
    /// The authentications within `sasl` by the account's own means, and those by a token, where tokens are asked for
    /// (XEP-0484).
    public static let saslFull = Phase(14)
    public static let saslFAST = Phase(15)
    /// From the first `jabber:iq:auth` request to the login's answer (XEP-0078).
    public static let iqAuth = Phase(16)
    public static let restart = Phase(17)
    /// From `<resume/>` to `<resumed/>` (XEP-0198).
    public static let resume = Phase(18)
    public static let bind = Phase(19)
    public static let session = Phase(20)
    public static let roster = Phase(21)
    /// From `<enable/>` to `<enabled/>` (XEP-0198).
    public static let enable = Phase(22)
    public static let login = Phase(23)
    /// From the moment the login was due: what a person would feel.
    public static let due = Phase(24)
    /// From due to connect(): how late the generator was.
    public static let lag = Phase(25)
    /// How long what had arrived lay unread, once for each phase that ended: the generator's own lateness, and no part of
    /// any other phase. Recorded only where the kernel tells when bytes arrived.
    public static let readLag = Phase(26)
    /// Thread CPU time of our handshake steps, not wall time.
    public static let clientTLS = Phase(27)
    /// CPU time of our SASL computations, not wall time.
    public static let clientSASL = Phase(28)
    /// How long a login's computations waited for a processor of ours.
    public static let clientWait = Phase(29)
    /// From the completed login to the session's death; only failures.
    public static let online = Phase(30)
    /// From a session's death until it is online again. Started and failed are attempts.
    public static let reconnect = Phase(31)
    /// From asking what a new account needs, or to be removed, to the last answer (XEP-0077). No run has it: accounts
    /// are made beforehand.
    public static let register = Phase(32)

    /// Steps of a scenario's own that a run may have.
    public static let mostOwn = 16
    private static let firstOwn = limit - mostOwn

    /// A step of the scenario's own, by its number from 0 in ``PhaseNames/steps``.
    public static func own(_ number: Int) -> Phase {
        precondition((0..<mostOwn).contains(number), "a run has at most \(mostOwn) steps of its own")
        return Phase(UInt8(firstOwn + number))
    }

    /// nil of a phase that is none of the scenario's own.
    public var ownNumber: Int? { index >= UInt8(Self.firstOwn) ? Int(index) - Self.firstOwn : nil }

    /// The round trips within `sasl` that have a histogram of their own.
    public static let saslRounds = 4

    /// Round trip 1... within `sasl`; nil above ``saslRounds``.
    public static func sasl(round: Int) -> Phase? {
        (1...saslRounds).contains(round) ? Phase(sasl.index + UInt8(round)) : nil
    }

    /// Every phase but own steps, in the order in which the files and tables list them.
    public static let all: [Phase] = names.indices.map { Phase(UInt8($0)) }

    private static let names = [
        "resolve", "connect", "greeting", "starttls", "tls", "tls.full", "tls.resumed", "offer", "compress", "sasl",
        "sasl.1", "sasl.2", "sasl.3", "sasl.4", "sasl.full", "sasl.fast", "iq-auth", "restart", "resume", "bind",
        "session", "roster", "enable", "login", "due", "lag", "read.lag", "client.tls", "client.sasl",
        "client.wait", "online", "reconnect", "register",
    ]

    /// The phase of this name, own steps aside.
    public init?(named name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.index = UInt8(index)
    }

    /// `own.1` and so on of an own step, whose name is the run's.
    public var name: String { ownNumber.map { "own.\($0 + 1)" } ?? Self.names[Int(index)] }
    public var description: String { name }
}

extension Phase: Comparable {
    /// The order of files and tables: own steps stand where they belong, before `login`.
    public static func < (left: Phase, right: Phase) -> Bool { left.rank < right.rank }

    private var rank: Int {
        let isAfterOwn = index >= Self.login.index && ownNumber == nil
        return isAfterOwn ? Self.limit + Int(index) : Int(index)
    }
}
