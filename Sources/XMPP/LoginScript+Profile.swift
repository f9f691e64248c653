extension LoginScript {
    /// The protocol in which a login says who it is.
    public enum Profile: Sendable, Equatable {
        /// RFC 6120 section 6.
        case sasl
        /// XEP-0388, the Extensible SASL Profile.
        case extensible(ExtensibleOptions)
        /// XEP-0078, Non-SASL Authentication: by the first of these methods that the server takes. Never empty.
        case iqAuth([IQAuthMethod])
    }

    /// What XEP-0388 lets a login do beside authenticating.
    public struct ExtensibleOptions: Sendable, Equatable {
        /// Binds within the authentication where that is offered (XEP-0386, Bind 2).
        public var bindsInline: Bool
        /// Asks for tokens and logs in by them (XEP-0484, FAST).
        public var usesTokens: Bool

        public init(bindsInline: Bool = true, usesTokens: Bool = false) {
            self.bindsInline = bindsInline
            self.usesTokens = usesTokens
        }
    }

    /// How XEP-0078 shows a password.
    public enum IQAuthMethod: String, Sendable, CaseIterable {
        /// Hashed together with the stream's id.
        case digest
        case password
    }

    var isExtensible: Bool { if case .extensible = profile { true } else { false } }

    var bindsInline: Bool { if case .extensible(let options) = profile { options.bindsInline } else { false } }

    var usesTokens: Bool { if case .extensible(let options) = profile { options.usesTokens } else { false } }
}
