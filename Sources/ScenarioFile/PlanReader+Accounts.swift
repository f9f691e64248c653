import LoadPlan

extension PlanReader {
    /// Reads the accounts, and settles with them whether the login is anonymous.
    func readAccounts(_ root: Fields, target: Target?, into plan: inout RunPlan) {
        let node = root["accounts"]
        let fields = node.flatMap { self.fields($0, "accounts", keys: Grammar.accounts) }
        if node != nil, fields == nil { return }
        if let order: Accounts.Order = value(fields?["order"], as: .choice) { plan.accounts.order = order }
        if let reuse = value(fields?["reuse"], as: .flag) { plan.accounts.reuse = reuse }
        plan.accounts.resource = value(fields?["resource"], as: .resource)
        plan.accounts.certificate = fields?["certificate"].flatMap(certificate)
        let isAnonymous = value(fields?["anonymous"], as: .flag) ?? false
        refuseMixture(fields, isAnonymous)
        guard settleMechanism(root, isAnonymous, &plan.login) else { return }
        if isAnonymous {
            plan.accounts.source = .anonymous
        } else if let file = fields?["file"] {
            plan.accounts.source = .list(accountFile(file) ?? [])
        } else {
            plan.accounts.source = pattern(
                fields, root, target, isExternal: plan.login.mechanism == .preferred(["EXTERNAL"]))
        }
    }

    private func refuseMixture(_ fields: Fields?, _ isAnonymous: Bool) {
        guard let fields else { return }
        if isAnonymous {
            for key in fields.given(among: ["pattern", "file", "count", "password", "reuse"]) {
                diagnostics.refuse(fields.place(of: key), "anonymous accounts have no \(key)")
            }
        } else if fields["file"] != nil {
            for key in fields.given(among: ["pattern", "count", "password"]) {
                diagnostics.refuse(fields.place(of: key), "accounts of a file have no \(key) here")
            }
        }
    }

    /// ANONYMOUS and accounts without names go together, or not at all.
    private func settleMechanism(_ root: Fields, _ isAnonymous: Bool, _ login: inout LoginPlan) -> Bool {
        let mechanism = root["login"]?.entries?.first { $0.key == "mechanism" }?.value
        switch (login.mechanism, isAnonymous) {
        case (.strongest, true), (.preferred(["ANONYMOUS"]), true):
            login.mechanism = .preferred(["ANONYMOUS"])
            return true
        case (.preferred(let names), true):
            let name = names.first { $0 != "ANONYMOUS" } ?? ""
            diagnostics.refuse(
                mechanism?.place ?? root.place, "anonymous accounts cannot use \(name): only ANONYMOUS has no password")
            return false
        case (.preferred(let names), false) where names.contains("ANONYMOUS"):
            diagnostics.refuse(
                mechanism?.place ?? root.place, "ANONYMOUS has no accounts: say accounts: {anonymous: true}")
            return false
        case (_, false):
            return true
        }
    }

    private func pattern(
        _ fields: Fields?, _ root: Fields, _ target: Target?, isExternal: Bool
    ) -> Accounts.Source {
        let count = value(fields?["count"], as: .count(1...10_000_000)) ?? 1000
        let pattern = value(fields?["pattern"], as: .username) ?? "u{n}"
        if count > 1, !pattern.contains("{n}"), let node = fields?["pattern"] {
            diagnostics.refuse(node.place, "\(count) accounts by one pattern need {n} in it, as in \"u{n}\"")
        }
        return .pattern(pattern, count: count, password: password(fields, root, target, isExternal: isExternal))
    }

    /// The embedded server knows a password of its own; for any other server it has to be said.
    private func password(_ fields: Fields?, _ root: Fields, _ target: Target?, isExternal: Bool) -> Password {
        if let node = fields?["password"] { return Password(value(node, as: .password) ?? "") }
        if target?.address == .embedded { return Password(ScenarioReader.embeddedPassword) }
        if isExternal { return "" }
        guard target != nil else { return "" }
        if let fields {
            diagnostics.miss("password", from: fields.place)
        } else {
            diagnostics.miss(
                "accounts", from: root.place, because: ": the target is not embedded, so a password is needed")
        }
        return ""
    }

    private func accountFile(_ node: Node) -> [Accounts.Account]? {
        guard case .scenario(let line, let column) = node.place else {
            return accountFile(node, Place.Position(line: 0, column: 0))
        }
        return accountFile(node, Place.Position(line: line, column: column))
    }

    private func accountFile(_ node: Node, _ position: Place.Position) -> [Accounts.Account]? {
        guard let name = value(node, as: .text("a CSV file")) else { return nil }
        let path = resolve(name)
        do throws(FileBytes.Unreadable) {
            return try accountFiles.read(AccountFile(path: path, named: position, diagnostics: diagnostics))
        } catch {
            let reason = error.reason.replacing("this file", with: "the file \"\(path)\"")
            diagnostics.refuse(node.place, reason)
            return nil
        }
    }
}

/// The account files of a scenario. Each is read once, however many variants use it: a pipe has nothing to say twice.
final class AccountFiles {
    private var known: [String: [Accounts.Account]?] = [:]

    /// The file's accounts; nil where it was refused.
    func read(_ file: AccountFile) throws(FileBytes.Unreadable) -> [Accounts.Account]? {
        if let accounts = known[file.path] { return accounts }
        let accounts = file.read(try ScenarioReader.accountBytes(file.path))
        known[file.path] = .some(accounts)
        return accounts
    }
}

extension ValueKind where Value == String {
    /// A username, or a pattern of one.
    static var username: Self {
        Self(expected: "a username such as \"u{n}\", without a domain") { scalar throws(ValueError) in
            try check(scalar.text, AccountText.flaw(inUsername:))
        }
    }

    fileprivate static var resource: Self {
        Self(expected: "a resource such as \"m{n}\"") { scalar throws(ValueError) in
            try check(scalar.text, AccountText.flaw(inResource:))
        }
    }

    /// The password of all accounts.
    fileprivate static var password: Self {
        var kind = Self(expected: secret.expected) { scalar throws(ValueError) in
            guard let flaw = AccountText.flaw(inPassword: try secret.read(scalar)) else { return scalar.text }
            throw ValueError(flaw)
        }
        kind.isSecret = true
        return kind
    }

    /// What cannot be seen is named; what is merely something else is shown.
    private static func check(_ text: String, _ flaw: (String) -> String?) throws(ValueError) -> String {
        guard let flaw = flaw(text) else { return text }
        throw text.unicodeScalars.contains(where: \.isInvisible) ? ValueError(flaw) : .other()
    }
}
