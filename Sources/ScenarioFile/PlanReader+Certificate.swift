import LoadPlan

// What of TLS concerns the accounts: their certificates, SASL EXTERNAL which needs them, and their tickets.

extension PlanReader {
    /// The files as they are named, with `{n}` and `{username}` in them.
    func certificate(_ node: Node) -> CertificateFiles? {
        guard let fields = fields(node, "certificate", keys: Grammar.certificate) else { return nil }
        for key in Grammar.certificate where fields[key] == nil { diagnostics.miss(key, from: fields.place) }
        let certificate = value(fields["cert"], as: .text("a PEM file"))
        let key = value(fields["key"], as: .text("a PEM file"))
        guard let certificate, let key else { return nil }
        return CertificateFiles(certificate: resolve(certificate), key: resolve(key))
    }

    /// EXTERNAL proves who one is by the certificate that TLS carried.
    func checkExternal(_ fields: Fields, _ target: Target?, _ plan: RunPlan) {
        checkCertificateFiles(fields, plan.accounts)
        guard case .preferred(let names) = plan.login.mechanism, names.contains("EXTERNAL") else { return }
        if plan.accounts.certificate == nil {
            diagnostics.refuse(
                fields.place(of: "login"), "EXTERNAL needs a certificate: accounts.certificate: {cert: FILE, key: FILE}"
            )
        }
        if target?.tls == Target.TLSMode.none {
            diagnostics.refuse(
                fields.place(of: "login"), "EXTERNAL needs TLS to carry the certificate, and tls is none")
        }
        if target?.address == .embedded, target?.embedded.clientAuthorities == nil {
            diagnostics.refuse(
                fields.place(of: "target"), "the embedded server offers EXTERNAL with target.embedded.client-ca: FILE")
        }
    }

    /// A ticket is as good as its owner's certificate, and an anonymous login owns none.
    func checkTickets(_ fields: Fields, _ target: Target?, _ accounts: Accounts) {
        switch target?.resumption {
        case .account where accounts.source == .anonymous:
            diagnostics.refuse(
                fields.place(of: "accounts"),
                "anonymous logins have no account to keep a ticket for: use resume: shared")
        case .shared where accounts.certificate?.isPerAccount == true:
            diagnostics.refuse(
                fields.place(of: "accounts"),
                "a ticket stands for the certificate it was got with, and accounts have their own: use resume: account")
        default: return
        }
    }

    /// Every file is looked for; the first that is missing is named.
    private func checkCertificateFiles(_ fields: Fields, _ accounts: Accounts) {
        guard let files = accounts.certificate,
            let entries = fields["accounts"]?.entries?.first(where: { $0.key == "certificate" })?.value.entries
        else { return }
        for index in 0..<(files.isPerAccount ? accounts.count ?? 1 : 1) {
            let own = files.files(index: index, username: accounts.username(at: index))
            let paths = ["cert": own.certificate, "key": own.key]
            for entry in entries {
                guard let path = paths[entry.key] else { continue }
                if !isReadable(path, entry.value) { return }
            }
        }
    }
}
