import LoadPlan
import SASL

/// The accounts of a plan by number; patterns are cut up once.
struct AccountNames: Sendable {
    private let source: Source
    private let resource: NamePattern?

    private enum Source {
        case pattern(NamePattern, Secret)
        case list([Account])
        case anonymous
    }

    struct Account {
        let username: String
        let password: Secret
        var resource: String?
        var token: Secret?
    }

    init(_ accounts: Accounts) {
        source =
            switch accounts.source {
            case .pattern(let pattern, _, let password): .pattern(NamePattern(pattern), Secret(password.plain))
            case .list(let list): .list(list.map(Account.init))
            case .anonymous: .anonymous
            }
        resource = accounts.resource.map { NamePattern($0) }
    }

    /// nil where accounts have no names, or there are none.
    var first: Account? {
        switch source {
        case .pattern: account(at: 0, isFree: true)
        case .list(let accounts): accounts.first
        case .anonymous: nil
        }
    }

    /// The account with this number, from 0.
    ///
    /// - Parameter isFree: whether nobody is online with it; if somebody is, the server makes the resource.
    func account(at index: Int, isFree: Bool) -> Account {
        let resource = isFree ? resource?.name(index: index) : nil
        switch source {
        case .pattern(let username, let password):
            return Account(username: username.name(index: index), password: password, resource: resource)
        case .list(let accounts):
            var account = accounts[index]
            account.resource = isFree ? account.resource ?? resource : nil
            return account
        case .anonymous: return Account(username: "", password: Secret(""), resource: resource)
        }
    }
}

extension AccountNames.Account {
    fileprivate init(_ account: Accounts.Account) {
        self.init(
            username: account.username, password: Secret(account.password.plain), resource: account.resource,
            token: account.token.map { Secret($0.plain) })
    }
}
