import Dispatch
public import SASL
public import Transport
import XMLStream
import XMPP

/// The server in the box: one lane that accepts logins on loopback.
///
/// All mutable state is confined to the lane's queue.
public final class LoginServer: @unchecked Sendable {
    private let lane: Lane
    private let configuration: ServerConfiguration
    private let identity: TLSServerIdentity?
    private let sessions = Slab<Session>()
    private var actions: [ServerAction] = []
    private let scratch = StanzaScratch()
    private var accepted: UInt64 = 0
    /// In each stream's id, so that those of another server, or of this one started again, are others.
    private let tag = String(UInt32.random(in: .min ... .max), radix: 36)
    private var refusals = 0.0
    private var heldBack = HeldBack()
    private var managed = ManagedSessions()
    private var leak = Leak()
    private var report = ServerReport()
    /// nil unless it keeps its times.
    private var log: ExchangeLog?
    private var address: SocketAddress?

    private struct Session {
        var connection: ConnectionID?
        var stream: ServerStream?
        /// Of the last bytes, where times are kept.
        var heard: Receipt?
    }

    /// All that it can offer among its stream features: tokens of XEP-0484 have a place of their own.
    public static let mechanisms = Mechanism.supported.filter { !$0.isHashedToken }

    /// SHA-256 of the certificate made at start, lowercase hex; nil without TLS.
    public var fingerprint: String? { identity?.fingerprint }

    /// - Throws: `TransportFailure` if no lane or certificate can be made.
    public init(_ configuration: ServerConfiguration) throws(TransportFailure) {
        self.configuration = configuration
        lane = try Lane(label: "muster.server")
        log = configuration.keepsTimes ? ExchangeLog() : nil
        identity =
            configuration.profile.encryption == .none
            ? nil
            : try TLSServerIdentity(
                selfSignedFor: configuration.profile.domain, tickets: configuration.tickets,
                clientAuthorities: configuration.clientAuthorities)
    }

    /// Listens on 127.0.0.1.
    ///
    /// - Returns: the address with the port in force.
    /// - Throws: `TransportFailure.local` if the port is taken.
    public func start() throws(TransportFailure) -> SocketAddress {
        lane.start(delegate: self)
        let wanted = SocketAddress.loopback(last: 1, port: configuration.port)
        return try onLane { () throws(TransportFailure) in
            lane.stampsAccepted = configuration.keepsTimes
            let address = try lane.listen(on: wanted, backlog: configuration.backlog)
            self.address = address
            return address
        }
    }

    private func onLane<Answer>(
        _ body: () throws(TransportFailure) -> Answer
    ) throws(TransportFailure) -> Answer {
        try lane.queue.sync { Result { () throws(TransportFailure) in try body() } }.get()
    }

    /// Refuses everybody from now on, closes every connection without a word and forgets all sessions, as one that is
    /// killed does. Its accounts and tokens stay. Blocks until it is done.
    ///
    /// - Throws: `TransportFailure.local` if its address is lost.
    public func goDown() throws(TransportFailure) {
        try onLane { () throws(TransportFailure) in try forgetEverybody() }
    }

    private func forgetEverybody() throws(TransportFailure) {
        guard let address else { throw .local("it does not listen") }
        try lane.goDown(at: address)
        for index in sessions.indices { sessions[index] = Session() }
        managed = ManagedSessions()
    }

    /// Listens again at the same address. Blocks until it does.
    ///
    /// - Throws: `TransportFailure.local` if it is not down.
    public func comeBack() throws(TransportFailure) {
        try onLane { () throws(TransportFailure) in try listenAgain() }
    }

    private func listenAgain() throws(TransportFailure) {
        report.beginReturn(at: MonotonicClock.now)
        try lane.comeBack(backlog: configuration.backlog)
    }

    /// What it did on purpose so far. Blocks until its lane has time.
    public var currentReport: ServerReport { lane.queue.sync { report } }

    /// When it did what so far, in order; empty unless it keeps its times. Blocks until its lane has time.
    public var exchanges: [Exchange] { lane.queue.sync { log?.rows ?? [] } }

    /// Closes everything; `done` is called on the lane's queue.
    public func stop(_ done: @escaping @Sendable () -> Void) { lane.stop(done) }
}

extension LoginServer: LaneDelegate {
    public func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {
        sessions.extend(through: connection.index, with: Session())
        accepted += 1
        report.noteAccepted(at: instant)
        let stream = ServerStream(configuration.profile, id: tag + String(accepted, radix: 36), refusal: nextRefusal())
        sessions[connection.index] = Session(connection: connection, stream: stream)
        if log != nil { logAccepted(connection, at: instant) }
        if configuration.profile.encryption == .direct { startTLS(connection) }
    }

    private func logAccepted(_ connection: ConnectionID, at instant: UInt64) {
        let client = lane.peerAddress(of: connection)
        log?.noteAccepted(connection, client, handshake: lane.handshakeTime(of: connection), at: instant)
    }

    /// Every so many logins one is refused, so that any number of them has the share asked for.
    private func nextRefusal() -> String? {
        refusals += configuration.failureShare
        guard refusals >= 1 else { return nil }
        refusals -= 1
        return "temporary-auth-failure"
    }

    public func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        guard sessions[connection.index].connection == connection else { return }
        if log != nil { sessions[connection.index].heard = receipt }
        var chunk = unsafe Chunk(bytes)
        sessions[connection.index].stream?.receive(&chunk, using: scratch, &actions)
        perform(actions[...], connection)
        actions.removeAll(keepingCapacity: true)
    }

    private func perform(_ actions: ArraySlice<ServerAction>, _ connection: ConnectionID) {
        for (place, action) in zip(actions.indices, actions) {
            if case .send(_, let phase?) = action, let delay = configuration.delays[phase], delay > 0 {
                return holdBack(actions[place...], phase, connection, by: delay)
            }
            perform(action, connection)
        }
    }

    private func holdBack(
        _ actions: ArraySlice<ServerAction>, _ phase: LoginPhase, _ connection: ConnectionID, by delay: UInt64
    ) {
        let ready = MonotonicClock.now
        heldBack.insert(
            HeldBack.Answer(
                due: ready + delay, ready: ready, phase: phase, connection: connection, actions: Array(actions)))
        lane.wake(at: heldBack.nextInstant)
    }

    public func laneDidWake(at instant: UInt64) {
        while let answer = heldBack.take(at: MonotonicClock.now) { release(answer) }
        lane.wake(at: heldBack.nextInstant)
    }

    private func release(_ answer: HeldBack.Answer) {
        let connection = answer.connection
        guard sessions[connection.index].connection == connection, let first = answer.actions.first else { return }
        let now = MonotonicClock.now
        report.note(now - answer.ready, of: answer.phase)
        perform(first, connection)
        perform(answer.actions.dropFirst(), connection)
    }

    private func perform(_ action: ServerAction, _ connection: ConnectionID) {
        switch action {
        case .send(let bytes, let phase): send(bytes, ending: phase, connection)
        case .startTLS: startTLS(connection)
        case .startCompression: if (try? lane.startCompression(on: connection)) == nil { lane.close(connection) }
        case .resume(let id, let handled): resume(id, handled, connection)
        case .managed(let id): managed.note(id, on: connection)
        case .unmanaged(let id): managed.forget(id)
        case .bound: bound()
        case .close:
            sessions[connection.index] = Session()
            lane.closeOrderly(connection)
        }
    }

    private func send(_ bytes: [UInt8], ending phase: LoginPhase?, _ connection: ConnectionID) {
        let written = lane.send(bytes, on: connection)
        guard log != nil, let phase, let written, let receipt = sessions[connection.index].heard else { return }
        log?.noteAnswer(ending: phase, of: connection, to: receipt, at: written)
    }

    private func resume(_ id: String, _ handled: UInt32, _ connection: ConnectionID) {
        guard let username = sessions[connection.index].stream?.username else { return }
        if let old = managed.connection(of: id), sessions[old.index].stream?.managed?.username == username { lose(old) }
        var answers: [ServerAction] = []
        let now = MonotonicClock.now
        let session = managed.take(id, of: username, at: now)
        sessions[connection.index].stream?.resume(session, handled: handled, &answers)
        perform(answers[...], connection)
    }

    /// The client has lost this connection, and we did not see it.
    private func lose(_ connection: ConnectionID) {
        lane.close(connection)
        keepManaged(connection)
    }

    private func keepManaged(_ connection: ConnectionID) {
        guard connection.index < sessions.count, sessions[connection.index].connection == connection else { return }
        if let session = sessions[connection.index].stream?.managed { managed.lose(session, at: MonotonicClock.now) }
        sessions[connection.index] = Session()
    }

    private func bound() {
        report.logins += 1
        leak.grow(by: configuration.leak)
        guard configuration.burn > 0 else { return }
        let began = MonotonicClock.threadCPU
        var spent: UInt64 = 0
        while spent < configuration.burn { spent = MonotonicClock.threadCPU - began }
        report.burnt += spent
    }

    private func startTLS(_ connection: ConnectionID) {
        guard let identity else { return }
        do { try lane.acceptTLS(identity, on: connection) } catch { lane.close(connection) }
    }

    public func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {
        log?.note(handshake, of: connection)
        sessions[connection.index].stream?.secured(
            ServerStream.Security(bindings: bindings(of: connection), addresses: clientAddresses(of: connection)))
    }

    /// Who the client's certificate says it is. Looking costs some 10 µs, so nobody looks where none is asked for.
    private func clientAddresses(of connection: ConnectionID) -> [String]? {
        guard configuration.clientAuthorities != nil else { return nil }
        return lane.peerCertificate(of: connection)?.xmppAddresses
    }

    private func bindings(of connection: ConnectionID) -> [ChannelBinding] {
        guard configuration.profile.needsBindings else { return [] }
        return ChannelBinding.Kind.allCases.compactMap { kind in
            lane.channelBinding(kind.rawValue, of: connection).map { ChannelBinding(kind, data: $0) }
        }
    }

    public func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {
        keepManaged(connection)
    }

    public func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {}
    public func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {}

    public func laneDidHandleEvents() {}
}
