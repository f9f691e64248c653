import Transport
public import XMPP

/// What an embedded server did to its clients on purpose, as it measured it itself.
public struct ServerReport: Sendable {
    /// Sessions that were bound.
    public internal(set) var logins = 0
    /// Nanoseconds of processor time burnt on purpose.
    public internal(set) var burnt: UInt64 = 0
    /// For each time that it came back: connections accepted in each second since then, for ten minutes.
    public var acceptedBySecond: [[UInt32]] { returns.map(\.counts) }
    private var returns: [CountsBySecond] = []
    private var delays: [LoginPhase: [UInt64]] = [:]

    /// Delays of a phase beyond so many are not kept.
    private static let capacity = 100_000

    mutating func beginReturn(at instant: UInt64) { returns.append(CountsBySecond(since: instant, limit: 600)) }

    mutating func noteAccepted(at instant: UInt64) {
        if !returns.isEmpty { returns[returns.count - 1].note(at: instant) }
    }

    mutating func note(_ delay: UInt64, of phase: LoginPhase) {
        guard delays[phase, default: []].count < Self.capacity else { return }
        delays[phase, default: []].append(delay)
    }

    /// The phases whose answers were held back.
    public var delayed: [LoginPhase] { delays.keys.sorted { $0.name < $1.name } }

    /// By how many nanoseconds the answers that end the phase were late, in the middle; nil without any.
    public func medianDelay(of phase: LoginPhase) -> UInt64? {
        guard let all = delays[phase], !all.isEmpty else { return nil }
        return all.sorted()[all.count / 2]
    }
}
