import LoadPlan
import SASL
import Transport
import XMPP

/// What a lane keeps from one login of an account to the next, and in an experiment from one block to the next.
///
/// Bounded by the number of the plan's accounts, however long the run: an anonymous login, whose name the server makes,
/// has no next one, so nothing is kept of it but the ticket that all may share.
///
/// Confined to the queue of the one lane that uses it.
final class Keepsakes: @unchecked Sendable {
    /// Whether accounts have names, by which they come again.
    private let knowsAccounts: Bool
    /// Accounts that have logged in, by their number in the plan.
    private(set) var knownGood: Set<Int> = []
    /// Salted passwords, where the plan keeps them (RFC 5802 section 5.1).
    private(set) var keys: KeptKeys
    private(set) var tickets = Tickets()
    /// What accounts log in by in place of their passwords, where the plan has it (XEP-0484).
    private(set) var tokens = KeptTokens()
    /// The roster versions of accounts, where the plan uses them (RFC 6121 section 2.6).
    private(set) var rosterVersions: [Int: String] = [:]
    /// Accounts that were handed out, where none may be twice.
    var accountsTaken = 0

    init(_ accounts: Accounts) {
        knowsAccounts = accounts.count != nil
        keys = KeptKeys(capacity: accounts.count ?? 0)
    }

    /// Takes note that an account has logged in.
    ///
    /// - Returns: whether it is the account's first time.
    func note(loginOf account: Int) -> Bool { !knowsAccounts || knownGood.insert(account).inserted }

    func keep(_ key: SaltedPassword, for derivation: KeyDerivation) { keys.keep(key, for: derivation.cacheKey) }

    func keep(_ ticket: TLSTicket, of account: Int, _ resumption: Target.Resumption) {
        guard knowsAccounts || resumption == .shared else { return }
        tickets.keep(ticket, of: account, resumption)
    }

    func keep(_ token: FASTToken, of account: Int, at now: UInt64) {
        if knowsAccounts { tokens.keep(token, of: account, at: now) }
    }

    /// The account's token for one more attempt; nil if it has none that is still good.
    func takeToken(of account: Int, at now: UInt64) -> FASTToken? { tokens.take(of: account, at: now) }

    func dropToken(of account: Int) { tokens.drop(of: account) }

    func keep(rosterVersion: String, of account: Int) {
        if knowsAccounts { rosterVersions[account] = rosterVersion }
    }
}

/// The newest TLS ticket of each account, or of all of them, as the plan wants it. One an account, however many a
/// server hands out.
struct Tickets {
    private(set) var byAccount: [Int: TLSTicket] = [:]
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
