import XMLStream

/// What a server may offer beside bind once it knows who the client is.
struct SessionExtensions: OptionSet, Sendable {
    let rawValue: UInt8

    static let session = Self(rawValue: 1)
    static let management = Self(rawValue: 2)
    static let clientState = Self(rawValue: 4)
    static let rosterVersion = Self(rawValue: 8)

    private static let features: [(Self, name: StaticString, namespace: StaticString)] = [
        (.session, "session", Namespace.session), (.management, "sm", Namespace.management),
        (.clientState, "csi", Namespace.clientState), (.rosterVersion, "ver", Namespace.rosterVersion),
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Those that a login with these steps makes use of.
    init(_ steps: [LoginScript.Step], usesRosterVersion: Bool) {
        self = usesRosterVersion ? .rosterVersion : []
        for step in steps {
            switch step {
            case .session: insert(.session)
            case .enable: insert(.management)
            case .active, .inactive: insert(.clientState)
            case .bind, .roster, .presence, .remove: break
            }
        }
    }

    /// Those of `wanted` that the features name.
    init(offeredIn features: XMLStream.Element, among wanted: Self) {
        self = []
        for (one, name, namespace) in Self.features where wanted.contains(one) {
            if features.firstChild(name, namespace) != nil { insert(one) }
        }
    }
}
