import Dispatch
import LoadPlan
import Metrics
import Transport
import XMPP

// see-other-host is followed once (RFC 6120 section 4.9.3.19): to the same domain, under the same consent, and with the same
// care for the password as at the first host, asked anew for the address that is connected to.

extension LaneRunner {
    /// Sends a login on to where its server wants it. Its connection is closed then.
    ///
    /// - Returns: why not, and the login is as it was; nil where it is on its way.
    func follow(_ text: String, _ connection: ConnectionID) -> String? {
        let index = connection.index
        guard sessions[index].detour == nil else { return "the second one: only one is followed" }
        guard let host = OtherHost(text) else { return "not a host with a port or without" }
        if let literal = SocketAddress(literal: host.name, port: host.port ?? portOtherwise) {
            guard target.consent.mayConnect(to: literal) else { return Self.noConsent(literal) }
            go(leave(connection, for: Detour(host, [literal])))
            return nil
        }
        switch detours.places[host] {
        case .found(let addresses): go(leave(connection, for: Detour(host, addresses)))
        case .lost(let reason): return reason
        case .sought(let others):
            detours.places[host] = .sought(others + [leave(connection, for: Detour(host))])
        case nil: seek(host, for: leave(connection, for: Detour(host)))
        }
        return nil
    }

    /// The registered port; direct TLS has none, and keeps to the one that it had.
    private var portOtherwise: UInt16 { plan.target.tls == .direct ? target.addresses[0].port : 5222 }

    private static func noConsent(_ address: SocketAddress) -> String {
        "not followed: \(address) is not this machine, and target.owner-consents is not given"
    }

    private func leave(_ connection: ConnectionID, for detour: Detour) -> Session {
        var session = vacate(connection.index)
        lane.close(connection)
        session.connection = nil
        session.detour = detour
        return session
    }
}

// MARK: - Names

extension LaneRunner {
    private func seek(_ host: OtherHost, for session: Session) {
        detours.makeRoom()
        detours.places[host] = .sought([session])
        detours.resolving.async { [self, target, isDirect = plan.target.tls == .direct] in
            let outcome = Result { () throws(TransportFailure) in try target.addresses(of: host, isDirect: isDirect) }
            lane.queue.async { [self] in sought(host, outcome) }
        }
        let patience = min(timeouts[.connect], timeouts.login)
        lane.queue.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: patience))) { [self] in
            giveUp(host, "its name was not resolved in time", leaving: nil)
        }
    }

    private func sought(_ host: OtherHost, _ outcome: Result<[SocketAddress], TransportFailure>) {
        switch outcome {
        case .failure(.dns(let reason)): giveUp(host, reason, leaving: .lost(reason))
        case .failure(let failure): giveUp(host, "\(failure)", leaving: nil)
        case .success(let addresses):
            let allowed = addresses.filter(target.consent.mayConnect)
            guard !allowed.isEmpty else {
                let reason = Self.noConsent(addresses[0])
                return giveUp(host, reason, leaving: .lost(reason))
            }
            for session in detours.takeWaiting(for: host, leaving: .found(allowed)) {
                session.detour?.addresses = allowed[...]
                go(session)
            }
            settle()
        }
    }

    private func giveUp(_ host: OtherHost, _ reason: String, leaving place: Detours.Place?) {
        let now = MonotonicClock.now
        for session in detours.takeWaiting(for: host, leaving: place) {
            end(
                session, by: Failure(phase: session.phase, kind: .redirect, condition: "\(host)", example: reason),
                at: now)
        }
        settle()
    }

    /// Ends those that wait for a name, at the end of a run.
    func cutDetours(_ reason: String) {
        let now = MonotonicClock.now
        for host in detours.places.keys {
            for session in detours.takeWaiting(for: host, leaving: nil) {
                end(session, by: Failure(phase: session.phase, kind: .timeout, condition: reason), at: now)
            }
        }
    }
}

// MARK: - Connections

extension LaneRunner {
    /// Connects to the detour's next address.
    private func go(_ session: Session) {
        guard let address = session.detour?.next() else { return }
        do throws(TransportFailure) {
            let (connection, instant) = try lane.connect(to: address, from: nil)
            var session = session
            session.connection = connection
            session.login = session.login?.redirected(mayShowSecrets: target.consent.mayShowSecrets(to: address))
            sessions.extend(through: connection.index, with: Session())
            sessions[connection.index] = session
            begin(.connect, of: connection.index, at: instant)
        } catch { end(session, by: Failure(error, in: .connect, heardNothing: false), at: MonotonicClock.now) }
    }

    /// Tries the next address of a detour, where nobody answered at the last one.
    ///
    /// - Returns: whether there was one.
    func goesOn(_ session: Session, after failure: Failure) -> Bool {
        guard session.state == .loggingIn, session.phase == .connect, let detour = session.detour,
            !detour.addresses.isEmpty, failure.isOfConnecting
        else { return false }
        detour.noteSilence(in: detours)
        go(session)
        return true
    }
}

extension Failure {
    /// Whether another address may do better.
    fileprivate var isOfConnecting: Bool {
        switch kind {
        case .refused, .reset, .unreachable: true
        case .timeout: condition.isEmpty
        default: false
        }
    }
}
