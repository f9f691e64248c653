import Domains
public import LoadPlan
public import Metrics
public import SASL
import XMPP

// Text that leaves the engine leaves through a door that knows the secrets of whoever it was said to.

extension ForeignTextDoor {
    /// For what is said to a login of these accounts, and to nobody in particular: it knows what any of them logs in by.
    public init(_ accounts: Accounts) {
        switch accounts.source {
        case .list(let list): self.init(others: SecretIndex(list.lazy.flatMap(\.secrets)))
        case .pattern(_, _, let password): self.init(secrets: [Array(password.plain.utf8)])
        case .anonymous: self.init()
        }
    }

    /// For what is said to this login.
    public func knowing(_ credentials: Credentials, tokens: [Secret] = []) -> ForeignTextDoor {
        knowing((credentials.secrets + tokens).map { $0.reveal() })
    }
}

extension Accounts.Account {
    fileprivate var secrets: [String] { [password.plain, token?.plain].compactMap(\.self) }
}

extension LaneRunner {
    /// The failure of a session as everybody may read it.
    func told(_ failure: Failure, of session: Session) -> Failure {
        guard failure.mayQuote else { return failure }
        let index = planIndex(session.account)
        let account = names.account(at: index, isFree: false)
        let credentials = Credentials(
            username: account.username, password: account.password, domain: plan.target.domain.text,
            token: account.token)
        let tokens = [session.login?.token, keepsakes.tokens.secret(of: index)].compactMap(\.self)
        return target.door.knowing(credentials, tokens: tokens).shown(failure)
    }
}

extension Failure {
    /// Whether its words may be the server's.
    fileprivate var mayQuote: Bool {
        switch kind {
        case .refused, .reset, .closed, .timeout, .unreachable, .dns, .local: false
        case .tls, .sasl, .stream, .stanza, .protocol, .xml, .redirect: !(hasDefinedCondition && example.isEmpty)
        }
    }
}
