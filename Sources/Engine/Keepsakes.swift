import LoadPlan
import SASL
import Transport

/// What a lane keeps from one login of an account to the next, and in an experiment from one block to the next.
///
/// Confined to the queue of the one lane that uses it.
final class Keepsakes: @unchecked Sendable {
    /// Accounts that have logged in, by their number in the plan.
    var knownGood: Set<Int> = []
    /// Salted passwords, where the plan keeps them (RFC 5802 section 5.1).
    var keys: [KeyDerivation.CacheKey: SaltedPassword] = [:]
    var tickets = Tickets()
    /// Accounts that were handed out, where none may be twice.
    var accountsTaken = 0
    /// What accounts log in by in place of their passwords, where the plan has it (XEP-0484).
    var tokens = KeptTokens()
    /// The roster versions of accounts, where the plan uses them (RFC 6121 section 2.6).
    var rosterVersions: [Int: String] = [:]

    init() {}
}

/// The newest TLS ticket of each account, or of all of them, as the plan wants it. One an account, however many a
/// server hands out.
struct Tickets {
    private var byAccount: [Int: TLSTicket] = [:]
    private var newest: TLSTicket?

    func ticket(of account: Int, _ resumption: Target.Resumption) -> TLSTicket? {
        switch resumption {
        case .none: nil
        case .account: byAccount[account]
        case .shared: newest
        }
    }

    mutating func keep(_ ticket: TLSTicket, of account: Int, _ resumption: Target.Resumption) {
        switch resumption {
        case .none: break
        case .account: byAccount[account] = ticket
        case .shared: newest = ticket
        }
    }
}
