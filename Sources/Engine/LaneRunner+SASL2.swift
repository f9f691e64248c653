import LoadPlan
import Metrics
import Transport
import XMPP

// Which client logs in (XEP-0388), and by which token (XEP-0484).

extension LaneRunner {
    /// nil where the plan's logins do not say which client they are.
    func userAgent(of allotment: AccountSequence.Allotment) -> UserAgent? {
        guard isFree(allotment) else {
            return (userAgents?.nextDevice()).map { UserAgent(id: $0, returns: false) }
        }
        let account = planIndex(allotment)
        return userAgents.map { agents in
            let token = plan.login.profile.usesTokens ? keepsakes.takeToken(of: account, at: MonotonicClock.now) : nil
            return UserAgent(id: agents.id(of: account), token: token)
        }
    }

    /// Takes note of what became of a token. The authentication counts once more, as what it was.
    func note(_ outcome: FASTOutcome, of index: Int, at instant: UInt64) {
        let account = planIndex(sessions[index].account)
        switch outcome {
        case .authenticated(let byToken, let token):
            let phase = byToken ? Phase.saslFAST : .saslFull
            recorder.began(phase, sessions[index].scope)
            end(phase, of: index, at: instant)
            if let token { keepsakes.keep(token, of: account, at: instant) }
        case .refused: keepsakes.dropToken(of: account)
        }
    }
}
