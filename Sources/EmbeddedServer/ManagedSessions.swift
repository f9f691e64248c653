import Transport
import XMPP

/// The sessions that can be resumed (XEP-0198): those that have a connection, and for 5 minutes those that have lost it,
/// at most 65,536 of them.
struct ManagedSessions {
    private var live: [String: ConnectionID] = [:]
    private var lost: [String: (session: ManagedSession, until: UInt64)] = [:]
    /// Who was lost when, oldest first; some are back already.
    private var order: [(id: String, until: UInt64)] = []

    private static let patience: UInt64 = 300_000_000_000
    private static let capacity = 65_536

    mutating func note(_ id: String, on connection: ConnectionID) { live[id] = connection }

    /// The session was ended in order.
    mutating func forget(_ id: String) { live[id] = nil }

    mutating func lose(_ session: ManagedSession, at now: UInt64) {
        live[session.id] = nil
        forgetOld(at: now)
        let until = now + Self.patience
        lost[session.id] = (session, until)
        order.append((session.id, until))
    }

    /// Takes the session of this user that was lost with this id.
    mutating func take(_ id: String, of username: String, at now: UInt64) -> ManagedSession? {
        guard let (session, until) = lost[id], session.username == username else { return nil }
        lost[id] = nil
        return now < until ? session : nil
    }

    /// Where the session is that the client has lost and this server has not.
    func connection(of id: String) -> ConnectionID? { live[id] }

    /// Many at a time: what stands behind them moves.
    private mutating func forgetOld(at now: UInt64) {
        let batch = Self.capacity / 16
        let isFull = order.count >= Self.capacity
        guard isFull || order.count >= batch && order[batch - 1].until <= now else { return }
        let old = max(batch, order.prefix { $0.until <= now }.count)
        for one in order.prefix(old) where lost[one.id]?.until == one.until { lost[one.id] = nil }
        order.removeFirst(old)
    }
}
