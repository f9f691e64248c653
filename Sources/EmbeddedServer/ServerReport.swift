public import XMPP

/// What an embedded server did to its clients on purpose, as it measured it itself.
public struct ServerReport: Sendable {
    /// Sessions that were bound.
    public internal(set) var logins = 0
    /// Nanoseconds of processor time burnt on purpose.
    public internal(set) var burnt: UInt64 = 0
    /// For each time that it came back: connections accepted in each second since then, for ten minutes.
    public private(set) var acceptedBySecond: [[UInt32]] = []
    private var returned: UInt64?
    private var delays: [LoginPhase: [UInt64]] = [:]

    /// Delays of a phase beyond so many are not kept.
    private static let capacity = 100_000

    private static let secondsCounted = 600

    mutating func beginReturn(at instant: UInt64) {
        returned = instant
        acceptedBySecond.append([])
    }

    mutating func noteAccepted(at instant: UInt64) {
        guard let returned else { return }
        let second = Int((instant - min(instant, returned)) / 1_000_000_000)
        let place = acceptedBySecond.count - 1
        guard second < Self.secondsCounted else { return }
        while acceptedBySecond[place].count <= second { acceptedBySecond[place].append(0) }
        acceptedBySecond[place][second] += 1
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
