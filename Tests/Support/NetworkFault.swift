/// What a bad network does to a connection.
public enum NetworkFault: Sendable, CaseIterable {
    /// All that is said comes 30 ms late.
    case delays
    /// Byte by byte, each a segment of its own.
    case crumbles
    /// 20 kB a second.
    case slows
    /// Of what the server says nothing more than the beginning comes, and nobody closes.
    case swallows
    /// The client sees a reset in the middle of what the server says.
    case resets
    /// The client sees an end there.
    case closes

    /// Whether a patient client comes through.
    public var isHarmless: Bool { end(after: .max) == nil }

    /// So many bytes of the server's come through, less than a login takes.
    private static let beginning = 600

    /// Itself, where so many bytes are more than it lets through.
    func end(after bytes: Int) -> NetworkFault? {
        switch self {
        case .swallows, .resets, .closes: bytes > Self.beginning ? self : nil
        case .delays, .crumbles, .slows: nil
        }
    }

    /// What it does to what the client says.
    var ofClient: NetworkFault? { isHarmless ? self : nil }

    /// Before each piece, in microseconds.
    var pause: UInt32 {
        switch self {
        case .delays: 30_000
        case .slows: 5_000
        case .crumbles, .swallows, .resets, .closes: 0
        }
    }

    var greatestPiece: Int {
        switch self {
        case .crumbles: 1
        case .slows: 100
        case .delays, .swallows, .resets, .closes: .max
        }
    }
}
