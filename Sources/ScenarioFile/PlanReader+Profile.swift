import LoadPlan

// The protocol that authenticates, and what only one of them knows.

extension PlanReader {
    private enum ProfileName: String, CaseIterable {
        case sasl, sasl2
        case iqAuth = "iq-auth"
    }

    func profile(_ fields: Fields) -> LoginPlan.Profile {
        let name: ProfileName? = value(fields["profile"], as: .choice)
        let bind2 = value(fields["bind2"], as: .flag)
        let fast = value(fields["fast"], as: .flag)
        if name == .sasl2 { return .sasl2(bind2: bind2 ?? true, fast: fast ?? false) }
        for key in fields.given(among: ["bind2", "fast"]) {
            diagnostics.refuse(fields.place(of: key), "\(key) belongs to profile: sasl2")
        }
        return name == .iqAuth ? .iqAuth : .sasl
    }

    /// What a profile asks of the accounts.
    func checkProfile(_ fields: Fields, _ plan: RunPlan) {
        let isAnonymous = plan.accounts.source == .anonymous
        if isAnonymous, plan.login.profile.usesTokens {
            diagnostics.refuse(
                fields.place(of: "login"), "fast keeps a token for each account, and anonymous logins have none")
        }
        guard plan.login.profile == .iqAuth else { return }
        if isAnonymous {
            diagnostics.refuse(
                fields.place(of: "login"), "iq-auth logs in with a name and a password, and anonymous logins have none")
        } else if lacksResource(plan.accounts) {
            diagnostics.refuse(
                fields.place(of: "login"),
                "with iq-auth the client chooses its resource: give accounts.resource, such as \"m{n}\"")
        }
    }

    private func lacksResource(_ accounts: Accounts) -> Bool {
        guard accounts.resource == nil else { return false }
        guard case .list(let list) = accounts.source else { return true }
        return list.contains { $0.resource == nil }
    }
}

extension LoginPlan.Profile {
    /// The mechanisms that may be chosen by name.
    var mechanisms: [String] {
        switch self {
        case .sasl, .sasl2: Mechanisms.spoken + NotYetSupported.mechanisms.sorted()
        case .iqAuth: ["PLAIN", "DIGEST"]
        }
    }

    /// What is expected where one is to be named.
    var mechanismExample: String {
        switch self {
        case .sasl, .sasl2: "a SASL mechanism such as SCRAM-SHA-1, or strongest"
        case .iqAuth: "PLAIN, DIGEST or strongest with profile: iq-auth"
        }
    }
}
