import LoadPlan
import Metrics
import Transport
import XMLStream
import XMPP

// What the lane tells.

extension LaneRunner: LaneDelegate {
    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        if !hasEverConnected {
            hasEverConnected = true
            owner?.laneConnected(lane: number)
        }
        trace?.begin(index, from: lane.ownAddress(of: connection), at: sessions[index].began)
        end(.connect, of: index, at: instant)
        sessions[index].turn.begin(at: instant, noticed: instant)
        sessions[index].login?.connected(&actions)
        performActions(connection, Receipt(at: instant))
    }

    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) { lane.close(connection) }

    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        sessions[index].unread += receipt.lag
        let counts = sessions[index].state == .loggingIn && mayComputeSASL(index)
        let began = counts ? MonotonicClock.threadCPU : 0
        var chunk = unsafe Chunk(bytes)
        sessions[index].login?.receive(&chunk, using: scratch, &actions)
        let computes = counts && (sessions[index].login?.phase == .sasl || sessions[index].phase == .sasl)
        let cpu = computes ? MonotonicClock.threadCPU - began : 0
        sessions[index].computing.cpu += cpu
        performActions(connection, receipt)
        sessions[index].turn.note(computing: cpu)
        noteUnfinished(index, at: receipt.read)
    }

    /// Whether the next bytes may lead to a SASL computation. The clock is a system call: it is not read in vain.
    private func mayComputeSASL(_ index: Int) -> Bool {
        guard computesSASL else { return false }
        return switch sessions[index].phase {
        case .sasl: sessions[index].login?.isChallengeResponse ?? false
        case .offer: true
        case .greeting: plan.target.tls == .none
        default: false
        }
    }

    func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        sessions[index].phaseWait += handshake.ownWait
        sessions[index].turn.add(handshake.ownWait)
        sessions[index].turn.begin(at: handshake.ended, noticed: handshake.receipt.read)
        end(.tls, of: index, at: handshake.ended)
        recorder.noteUnread(handshake.receipt, sessions[index].scope)
        if plan.target.resumes { label(connection, at: handshake.ended) }
        recorder.began(.clientTLS, sessions[index].scope)
        recorder.ended(.clientTLS, sessions[index].scope, after: handshake.cpu)
        trace?.note(.clientTLS, of: index, took: handshake.cpu)
        sessions[index].login?.secured(&actions)
        performActions(connection, Receipt(at: handshake.ended))
    }

    /// The handshake counts once more, as what it was.
    private func label(_ connection: ConnectionID, at instant: UInt64) {
        let phase = lane.isResumed(connection) ? Phase.tlsResumed : .tlsFull
        recorder.began(phase, sessions[connection.index].scope)
        end(phase, of: connection.index, at: instant)
    }

    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        let phase = sessions[index].phase
        let heardNothing = sessions[index].login?.hasReceivedNothing == true && phase != .connect
        let failure = Failure(failure, in: phase, heardNothing: heardNothing)
        if phase == .connect { cannotConnect(failure) }
        fail(connection, failure, at: instant)
    }

    func cannotConnect(_ failure: Failure) {
        guard !hasEverConnected, failure.kind != .local else { return }
        connectFailures += 1
        owner?.laneCannotConnect(lane: number, failures: connectFailures, failure)
    }

    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        switch sessions[index].state {
        case .free: break
        case .closing: finish(connection, at: instant)
        case .online: onlineDeadline(connection, at: instant)
        case .loggingIn: timedOut(connection, at: instant)
        }
    }

    /// Nobody is to blame for what he could not yet do: a server has its limit without what we kept it waiting, and so
    /// have we from when we read what is to be answered.
    private func timedOut(_ connection: ConnectionID, at instant: UInt64) {
        let session = sessions[connection.index]
        let limit = session.turn.isOurs ? ownLimit(of: session) : limit(of: session)
        guard instant >= limit else { return lane.setDeadline(limit, of: connection) }
        guard let failure = ownFailure(of: session, at: instant) else { return unanswered(connection, at: instant) }
        fail(connection, failure, at: instant)
    }

    private func unanswered(_ connection: ConnectionID, at instant: UInt64) {
        let session = sessions[connection.index]
        var failure = Failure(phase: session.phase, kind: .timeout)
        let milliseconds = (instant - session.phaseBegan) / 1_000_000
        failure.example = "no answer within \(milliseconds) ms"
        let isTLS13 = lane.tlsSummary(of: connection)?.version == "TLSv1.3"
        if session.phase == .offer, isTLS13, session.login?.hasReceivedNothing == true {
            failure.example += "; Openfire 4.x can hang on TLS 1.3 here: try tls-versions: 1.2"
        }
        if session.phase == .tls, plan.target.tls == .direct {
            failure.example += "; a port that expects STARTTLS may be silent so: try tls: starttls"
        }
        if session.phase == .connect { cannotConnect(failure) }
        fail(connection, failure, at: instant)
    }

    func laneDidHandleEvents() { settle() }

    func laneDidWake(at instant: UInt64) { startDue(at: instant) }
}
