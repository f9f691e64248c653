import LoadPlan
import Metrics
import Transport
import XMPP

// Stanzas that have begun and not ended are kept. One may be as long as the scenario allows; all of them together have a
// limit too, however many sessions there are.

extension LaneRunner {
    /// A run keeps no more of unfinished stanzas than this, in bytes, as they came and taken apart.
    private static let mostUnfinished = 256 << 20

    /// A lane's share of what a plan's greatest concurrency may come to. It is never less than one stanza may, whose bytes
    /// are a sixteenth of it: nothing is taken apart into more.
    static func unfinishedShare(of plan: RunPlan, lanes: Int) -> Int {
        let stanza = plan.login.limits.stanzaBytes
        let wanted = PlanSummary(plan).greatestConcurrency.multipliedReportingOverflow(by: stanza)
        let all = wanted.overflow ? mostUnfinished : min(mostUnfinished, wanted.partialValue)
        return max(all / lanes, 16 * stanza)
    }

    /// Takes note of what a session keeps now. Where it comes to too much the one that keeps most is given up.
    func noteUnfinished(_ index: Int, at instant: UInt64) {
        let kept = sessions[index].login?.keptBytes ?? 0
        guard kept != sessions[index].unfinished else { return }
        unfinished += kept - sessions[index].unfinished
        sessions[index].unfinished = kept
        if unfinished > unfinishedLimit { giveUpLongest(at: instant) }
    }

    /// Rarely called, so it may look at all of them.
    private func giveUpLongest(at instant: UInt64) {
        guard let longest = sessions.indices.max(by: { sessions[$0].unfinished < sessions[$1].unfinished }),
            let connection = sessions[longest].connection
        else { return }
        var failure = Failure(phase: sessions[longest].phase, kind: .xml, condition: "too big together")
        failure.example =
            "\(sessions[longest].unfinished) bytes of memory for a stanza that did not end, where all may have "
            + "\(unfinishedLimit)"
        fail(connection, failure, at: instant)
    }

    /// Empties a place.
    ///
    /// - Returns: what was there.
    func vacate(_ index: Int) -> Session {
        var session = sessions[index]
        sessions[index] = Session()
        unfinished -= session.unfinished
        session.unfinished = 0
        return session
    }
}
