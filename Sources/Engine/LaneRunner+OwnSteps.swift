import Dispatch
import Transport
import XMPP

// Replies to the scenario's own stanzas.

extension LaneRunner {
    /// Finds out whether a reply is the expected one: at once if it is short, else beside the lane. What follows counts
    /// as of the read that brought the reply.
    func judge(_ reply: Reply, _ connection: ConnectionID, _ receipt: Receipt) {
        guard reply.bytes.count > Expectations.longestOnLane else {
            return judged(reply, isExpected: target.isExpected(reply), connection)
        }
        sessions[connection.index].turn.begin(at: receipt.arrived, noticed: receipt.read)
        let target = target
        crypto.run(order(for: connection)) {
            target.isExpected(reply)
        } then: { [self] isExpected, cpu in
            lane.queue.async { [self] in
                computed(connection, cpu: cpu)
                judged(reply, isExpected: isExpected, connection)
                performActions(connection, receipt)
                settle()
            }
        }
    }

    private func computed(_ connection: ConnectionID, cpu: UInt64) {
        guard sessions[connection.index].connection == connection else { return }
        sessions[connection.index].computing.end(at: MonotonicClock.now, cpu: cpu)
    }

    private func judged(_ reply: Reply, isExpected: Bool, _ connection: ConnectionID) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        // It goes on waiting for its server.
        if !isExpected { sessions[index].phaseWait += sessions[index].turn.end(at: MonotonicClock.now) }
        sessions[index].login?.receive(judged: reply, isExpected: isExpected, using: scratch, &actions)
        noteUnfinished(index, at: MonotonicClock.now)
    }
}
