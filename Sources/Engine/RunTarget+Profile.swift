import LoadPlan
import XMPP

extension LoginScript.Profile {
    /// The profile of a plan's logins.
    init(_ login: LoginPlan) {
        switch login.profile {
        case .sasl: self = .sasl
        case .sasl2(let bind2, let fast):
            self = .extensible(LoginScript.ExtensibleOptions(bindsInline: bind2, usesTokens: fast))
        case .iqAuth: self = .iqAuth(Self.methods(login.mechanism))
        }
    }

    /// XEP-0078's ways to show a password, by the names that scenarios have for them.
    private static func methods(_ choice: LoginPlan.MechanismChoice) -> [LoginScript.IQAuthMethod] {
        switch choice {
        case .strongest: [.digest, .password]
        case .preferred(let names): names.map { $0 == "DIGEST" ? .digest : .password }
        }
    }
}
