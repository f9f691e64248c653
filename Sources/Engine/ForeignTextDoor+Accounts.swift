import Domains
import LoadPlan
public import Metrics
public import SASL
import XMPP

// Text that leaves the engine leaves through a door that knows the secrets of whoever it was said to.

extension ForeignTextDoor {
    /// For what is said to this login.
    public init(_ credentials: Credentials, tokens: [Secret] = []) {
        self.init(secrets: (credentials.secrets + tokens).map { $0.reveal() })
    }

    /// For what is said to nobody in particular: of many accounts only the first one's secrets are known to it.
    init(_ names: AccountNames) {
        self.init(secrets: [names.first?.password, names.first?.token].compactMap { $0?.reveal() })
    }
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
        return ForeignTextDoor(credentials, tokens: tokens).shown(failure)
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
