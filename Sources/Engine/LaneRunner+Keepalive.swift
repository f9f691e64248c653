import LoadPlan
import Metrics
import Transport
import XMPP

// What a session that is online does in time: it keeps itself alive, and leaves. `phaseBegan` is the instant of its last
// sign of life, or of its login.

extension LaneRunner {
    func beginStay(_ connection: ConnectionID, at instant: UInt64) {
        sessions[connection.index].phaseBegan = instant
        scheduleOnline(connection, at: instant)
    }

    func onlineDeadline(_ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        if instant >= sessions[index].leaves { return logOut(connection) }
        let silence = instant - min(instant, sessions[index].phaseBegan)
        if sessions[index].login?.awaitsPong == true {
            if silence >= timeouts[.online] { return missesPong(connection, at: instant) }
        } else if let period = keepalivePeriod, silence >= period {
            keepAlive(connection, at: instant)
        }
        scheduleOnline(connection, at: instant)
    }

    private func missesPong(_ connection: ConnectionID, at instant: UInt64) {
        fail(connection, Failure(phase: .online, kind: .timeout, condition: "no answer to ping"), at: instant)
    }

    private func keepAlive(_ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        sessions[index].phaseBegan = instant
        switch plan.session.keepalive {
        case .ping: sessions[index].login?.ping(&actions)
        case .whitespace: sessions[index].login?.whitespace(&actions)
        case nil: return
        }
        performActions(connection, Receipt(at: instant))
    }

    private var keepalivePeriod: UInt64? {
        switch plan.session.keepalive {
        case .ping(let period), .whitespace(let period): period.inNanoseconds
        case nil: nil
        }
    }

    /// When to look at the session next. While a ping is unanswered no other is sent, but it is looked after as often.
    private func scheduleOnline(_ connection: ConnectionID, at instant: UInt64) {
        let index = connection.index
        var next = sessions[index].leaves
        if let period = keepalivePeriod {
            let began = sessions[index].phaseBegan
            let awaitsPong = sessions[index].login?.awaitsPong == true
            next = min(next, awaitsPong ? min(instant + period, began + timeouts[.online]) : began + period)
        }
        lane.setDeadline(next, of: connection)
    }
}
