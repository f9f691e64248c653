public import Metrics
public import Transport

/// What single logins took, phase by phase, in memory that grows with the run: for a calibration, which holds them against
/// what the server did meanwhile. Only logins that were completed.
public final class LoginTrace: @unchecked Sendable {  // shares are their lanes' queues' until the run has ended
    let shares: [Share]

    public init(_ group: LaneGroup) { shares = group.lanes.map { _ in Share() } }

    /// To be read once the run has ended.
    public var logins: [Login] { shares.flatMap(\.logins) }

    /// Instants are of ``MonotonicClock``, times in nanoseconds.
    public struct Login: Sendable {
        /// Our end of the connection.
        public let client: SocketAddress
        public let began: UInt64
        public internal(set) var ended: UInt64 = 0
        public internal(set) var phases: [(phase: Phase, took: UInt64)] = []
    }

    /// What one lane notes.
    final class Share: @unchecked Sendable {  // confined to the lane's queue until the run has ended
        fileprivate var logins: [Login] = []
        private var underWay: [Int: Login] = [:]

        /// - Parameter connection: its index in the lane.
        func begin(_ connection: Int, from client: SocketAddress?, at instant: UInt64) {
            underWay[connection] = client.map { Login(client: $0, began: instant) }
        }

        func note(_ phase: Phase, of connection: Int, took time: UInt64) {
            underWay[connection]?.phases.append((phase, time))
        }

        func finish(_ connection: Int, at instant: UInt64) {
            guard var login = underWay.removeValue(forKey: connection) else { return }
            login.ended = instant
            logins.append(login)
        }
    }
}
