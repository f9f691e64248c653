/// Who logs in.
public struct Accounts: Sendable, Equatable {
    public var source: Source
    public var order: Order
    /// The requested resource, `{n}` standing for the account's number; nil lets the server make one (RFC 6120 section 7).
    public var resource: String?

    public init(
        source: Source = .pattern("u{n}", count: 1000, password: ""), order: Order = .sequential,
        resource: String? = nil
    ) {
        self.source = source
        self.order = order
        self.resource = resource
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
}
