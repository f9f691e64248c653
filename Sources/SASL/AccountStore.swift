import Synchronization

/// The accounts of a server in memory, which may come and go while it runs. Bounded.
///
/// A password is salted when it is first asked for: whoever never logs in costs no PBKDF2.
public final class AccountStore: Sendable {
    public enum Addition: Sendable, Equatable {
        case added
        case exists
        /// There is no room for more.
        case full
        /// The name is empty, or one that SASLprep refuses.
        case unusable
    }

    private struct Account {
        var password: Secret
        var credential: StoredCredential?
    }

    private let accounts: Mutex<[String: Account]>
    private let iterations: Int
    private let capacity: Int

    /// - Parameters:
    ///   - passwords: by username; these count too.
    ///   - capacity: how many accounts can be kept, at about 1 KiB each once they have logged in.
    public init(_ passwords: [String: Secret] = [:], iterations: Int = 4096, capacity: Int = 1_000_000) {
        accounts = Mutex(passwords.mapValues { Account(password: $0) })
        self.iterations = iterations
        self.capacity = capacity
    }

    public func add(_ username: String, password: Secret) -> Addition {
        guard let name = Self.prepared(username) else { return .unusable }
        return accounts.withLock { accounts in
            if accounts[name] != nil { return .exists }
            guard accounts.count < capacity else { return .full }
            accounts[name] = Account(password: password)
            return .added
        }
    }

    /// Forgets an account, which need not exist.
    public func remove(_ username: String) {
        guard let name = Self.prepared(username) else { return }
        accounts.withLock { $0[name] = nil }
    }

    /// What the server checks logins against: the accounts of the moment.
    public func logins() throws(SASLError) -> SASLAccounts {
        try SASLAccounts(iterations: iterations) { [self] in credential(of: $0) }
    }

    private func credential(of username: String) -> StoredCredential? {
        accounts.withLock { accounts in
            guard let account = accounts[username] else { return nil }
            if let credential = account.credential { return credential }
            let credential = try? StoredCredential(password: account.password, iterations: iterations)
            accounts[username]?.credential = credential
            return credential
        }
    }

    private static func prepared(_ username: String) -> String? {
        (try? SASLprep.query(Array(username.utf8), "username")).map { String(decoding: $0, as: UTF8.self) }
    }
}
