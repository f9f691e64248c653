import Dispatch
import LoadPlan
public import Metrics
import SASL
public import Transport
import XMLStream
import XMPP

/// One connection before the load, as far as the server's offer of ways to log in, through compression where it comes
/// first: a scenario that no login can pass is told by name at once, and not ten thousand times.
///
/// All mutable state is confined to the lane's queue.
public final class Preflight: @unchecked Sendable {
    public enum Verdict: Sendable, Equatable {
        /// The server offers what the scenario wants to log in by, as far as can be seen before authentication.
        case ready
        /// It does not, or does not allow it, and no login can succeed; what it said instead.
        case impossible(Failure)
        /// What answers there is not what the scenario takes it for, or shows a certificate that is not trusted: as things
        /// stand no login can succeed.
        case hopeless(Failure)
        /// Nobody answered in time or sense: the run itself will tell.
        case unknown
    }

    /// What was seen, and where.
    public struct Finding: Sendable, Equatable {
        public let verdict: Verdict
        /// The first of the target's addresses that took the connection; the first of all where none did.
        public let address: SocketAddress
        /// What to try, as the end of a sentence; empty where nothing is known to help.
        public var remedy = ""
    }

    private let lane: Lane
    private let target: RunTarget
    /// The place of the address that is being tried.
    private var place = 0
    private var isConnected = false
    private let scratch = StanzaScratch()
    private let ended = DispatchSemaphore(value: 0)
    private var login: Login
    private var actions: [LoginAction] = []
    private var verdict = Verdict.unknown
    private var remedy = ""
    private var isOver = false

    /// Waits this long, in nanoseconds, for all that a server says, and for a connection while another address is left.
    private static let patience: UInt64 = 10_000_000_000
    private static let patienceToConnect: UInt64 = 3_000_000_000

    private init(_ target: RunTarget) throws(TransportFailure) {
        self.target = target
        lane = try Lane(label: "muster.preflight")
        login = Self.login(target, at: target.addresses[0])
    }

    private static func login(_ target: RunTarget, at address: SocketAddress) -> Login {
        let credentials = Credentials(
            username: target.firstUsername, password: Secret(""), domain: target.script.domain)
        return Login(
            target.script, credentials: credentials, mayShowSecrets: target.consent.mayShowSecrets(to: address))
    }

    /// Connects to the first address that accepts, looks and leaves. Blocks meanwhile: at most 10 s, and 3 s for each
    /// address that says nothing.
    public static func look(at target: RunTarget) -> Finding {
        guard let preflight = try? Preflight(target) else {
            return Finding(verdict: .unknown, address: target.addresses[0])
        }
        return preflight.look()
    }

    private func look() -> Finding {
        lane.start(delegate: self)
        lane.queue.async { [self] in connect() }
        ended.wait()
        return lane.queue.sync {
            Finding(verdict: verdict, address: target.addresses[isConnected ? place : 0], remedy: remedy)
        }
    }

    private func connect() {
        guard let connection = try? lane.connect(to: target.addresses[place]).connection else { return goOn() }
        let isLast = place + 1 == target.addresses.count
        lane.setDeadline(MonotonicClock.now + (isLast ? Self.patience : Self.patienceToConnect), of: connection)
    }

    /// Tries the next address, if nobody answered at this one.
    private func goOn() {
        guard !isConnected, place + 1 < target.addresses.count else { return leave() }
        place += 1
        connect()
    }

    private func leave() {
        guard !isOver else { return }
        isOver = true
        lane.stop { [ended] in ended.signal() }
    }

    private func perform(_ connection: ConnectionID) {
        for action in actions {
            switch action {
            case .send(_, .sasl), .bindChannel: return conclude(.ready, connection)
            case .send(_, nil) where login.phase == .iqAuth: return conclude(.ready, connection)
            case .send(let bytes, _): lane.send(bytes, on: connection)
            case .startTLS: startTLS(connection)
            case .startCompression: return startCompression(connection)
            case .failed(let failure):
                remedy = failure.remedy
                return conclude(verdict(of: failure), connection)
            default: break
            }
        }
        actions.removeAll()
    }

    private func startTLS(_ connection: ConnectionID) {
        guard let settings = target.tls,
            (try? lane.startTLS(settings, identity: target.identity(of: 0), on: connection)) != nil
        else { return leave() }
    }

    private func startCompression(_ connection: ConnectionID) {
        actions.removeAll()
        guard (try? lane.startCompression(on: connection)) != nil else { return leave() }
        login.compressed(&actions)
        perform(connection)
    }

    private func conclude(_ verdict: Verdict, _ connection: ConnectionID) {
        self.verdict = verdict
        lane.send(Array("</stream:stream>".utf8), on: connection)
        lane.closeOrderly(connection)
        leave()
    }

    private func verdict(of failure: LoginFailure) -> Verdict {
        let shown = target.door.shown(Failure(failure))
        if failure.isCertain { return .impossible(shown) }
        return failure.isOfAnotherKind ? .hopeless(shown) : .unknown
    }
}

extension Preflight: LaneDelegate {
    public func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {
        isConnected = true
        login = Self.login(target, at: target.addresses[place])
        lane.setDeadline(instant + Self.patience, of: connection)
        login.connected(&actions)
        perform(connection)
    }

    public func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        var chunk = unsafe Chunk(bytes)
        login.receive(&chunk, using: scratch, &actions)
        perform(connection)
    }

    public func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {
        login.secured(&actions)
        perform(connection)
    }

    public func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {
        if failure.isOfAnotherKind {
            verdict = .hopeless(target.door.shown(Failure(failure, in: .tls, heardNothing: false)))
        }
        goOn()
    }

    public func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {
        lane.close(connection)
        goOn()
    }

    public func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {}
    public func laneDidHandleEvents() {}
    public func laneDidWake(at instant: UInt64) {}
}

extension TransportFailure {
    /// Whether every handshake fails so.
    fileprivate var isOfAnotherKind: Bool {
        switch self {
        case .untrusted: true
        case .tls(let reason):
            ForeignSpeech(rawValue: reason) != nil || Self.disagreements.contains(where: reason.contains)
        default: false
        }
    }

    /// OpenSSL's words for two sides that have nothing in common.
    private static let disagreements = ["protocol version", "unsupported protocol", "handshake failure"]
}
