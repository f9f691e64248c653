import LoadPlan

/// The accounts of a plan by number; patterns are cut up once.
struct AccountNames: Sendable {
    private let source: Accounts.Source
    private let username: NamePattern
    private let resource: NamePattern?

    init(_ accounts: Accounts) {
        source = accounts.source
        if case .pattern(let pattern, _, _) = accounts.source {
            username = NamePattern(pattern)
        } else {
            username = NamePattern("")
        }
        resource = accounts.resource.map { NamePattern($0) }
    }

    /// The account with this number, from 0.
    ///
    /// - Parameter isFree: whether nobody is online with it; if somebody is, the server makes the resource.
    func account(at index: Int, isFree: Bool) -> Accounts.Account {
        let resource = isFree ? resource?.name(index: index) : nil
        switch source {
        case .pattern(_, _, let password):
            return Accounts.Account(username: username.name(index: index), password: password, resource: resource)
        case .list(let accounts):
            var account = accounts[index]
            account.resource = isFree ? account.resource ?? resource : nil
            return account
        case .anonymous: return Accounts.Account(username: "", password: "", resource: resource)
        }
    }
}
