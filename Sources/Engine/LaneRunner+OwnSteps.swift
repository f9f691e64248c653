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
        crypto.run(number: connection.index) { [self] in
            let isExpected = target.isExpected(reply)
            lane.queue.async { [self] in
                judged(reply, isExpected: isExpected, connection)
                performActions(connection, receipt)
                settle()
            }
        }
    }

    private func judged(_ reply: Reply, isExpected: Bool, _ connection: ConnectionID) {
        let index = connection.index
        guard sessions[index].connection == connection else { return }
        sessions[index].login?.receive(judged: reply, isExpected: isExpected, using: scratch, &actions)
    }
}
