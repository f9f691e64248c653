/// Who logs in.
public struct Accounts: Sendable, Equatable {
    public var source: Source
    public var order: Order
    /// Whether an account may log in again; if not, every login is its account's first of the run.
    public var reuse: Bool
    /// The requested resource, `{n}` standing for the account's number; nil lets the server make one (RFC 6120 section 7).
    public var resource: String?
    /// What the accounts show to a server that asks for a TLS certificate, as for SASL EXTERNAL.
    public var certificate: CertificateFiles?

    public init(
        source: Source = .pattern("u{n}", count: 1000, password: ""), order: Order = .sequential,
        reuse: Bool = true, resource: String? = nil, certificate: CertificateFiles? = nil
    ) {
        self.source = source
        self.order = order
        self.reuse = reuse
        self.resource = resource
        self.certificate = certificate
    }

    public enum Source: Sendable, Equatable {
        /// Usernames by pattern: `{n}` runs from 1 to `count`; all share a password.
        case pattern(String, count: Int, password: Password)
        case list([Account])
        /// SASL ANONYMOUS: no names, as many as are wanted.
        case anonymous
    }

    public enum Order: String, Sendable, Equatable, CaseIterable {
        case sequential, shuffled, random
    }

    /// One row of an account file.
    public struct Account: Sendable, Equatable {
        public var username: String
        public var password: Password
        public var resource: String?
        public var token: Password?

        public init(username: String, password: Password, resource: String? = nil, token: Password? = nil) {
            self.username = username
            self.password = password
            self.resource = resource
            self.token = token
        }
    }

    /// How many accounts there are; nil where there is no limit (anonymous).
    public var count: Int? {
        switch source {
        case .pattern(_, let count, _): count
        case .list(let accounts): accounts.count
        case .anonymous: nil
        }
    }

    /// All of them in their order, none where they are anonymous. Names are made when they are asked for.
    public var all: LazyMapSequence<Range<Int>, Account> {
        switch source {
        case .pattern(let pattern, let count, let password):
            let names = NamePattern(pattern)
            return (0..<count).lazy.map { Account(username: names.name(index: $0), password: password) }
        case .list(let accounts): return accounts.indices.lazy.map { accounts[$0] }
        case .anonymous: return (0..<0).lazy.map { _ in Account(username: "", password: "") }
        }
    }

    /// The name of the account with this index, from 0; empty for an anonymous one.
    public func username(at index: Int) -> String {
        switch source {
        case .pattern(let pattern, _, _): NamePattern(pattern).name(index: index)
        case .list(let accounts): accounts[index].username
        case .anonymous: ""
        }
    }
}
