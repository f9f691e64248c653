/// The `ejabberd.yml` of a test's server: loopback only, no shaper, no limit on sessions, few modules.
struct EjabberdConfiguration {
    let options: Ejabberd.Options
    let ports: ServerPorts
    let certificate: TestCertificate

    var text: String {
        """
        hosts: \(hosts)
        loglevel: warning
        certfiles: ["\(certificate.certificate)", "\(certificate.key)"]
        auth_method: [internal]
        \(options.clientAuthority.map { "c2s_cafile: \"\($0)\"" } ?? "")
        \(passwordFormat)
        auth_use_cache: false
        disable_sasl_mechanisms: [\(options.disabledMechanisms.map { "\"\($0)\"" }.joined(separator: ", "))]
        listen:
        \(listeners)
        shaper_rules: {max_user_sessions: infinity}
        modules: {\(modules.joined(separator: ", "))}
        \(options.registration == .unlimited ? "registration_timeout: infinity" : "")
        \(hostConfiguration)
        \(options.configuration)

        """
    }

    private var modules: [String] {
        let registration = ["mod_register: {access: all, access_remove: all, ip_access: all}"]
        let usual =
            ["mod_disco: {}", "mod_ping: {}"] + (options.registration == nil ? [] : registration)
            + (options.iqAuth ? ["mod_legacy_auth: {}"] : [])
        guard options.sessionExtensions else { return usual + ["mod_roster: {}"] }
        return usual + ["mod_roster: {versioning: true}", "mod_stream_mgmt: {}", "mod_client_state: {}"]
    }

    private var hosts: String {
        options.anonymous ? "[\"localhost\", \"\(ServerDomains.anonymous)\"]" : "[\"localhost\"]"
    }

    private var hostConfiguration: String {
        guard options.anonymous else { return "" }
        return """
            host_config:
              \(ServerDomains.anonymous): {auth_method: [anonymous], anonymous_protocol: sasl_anon}
            """
    }

    private var passwordFormat: String {
        switch options.storage {
        case .plain: "auth_password_format: plain"
        case .scram(.sha1): "auth_password_format: scram\nauth_scram_hash: sha"
        case .scram(.sha256): "auth_password_format: scram\nauth_scram_hash: sha256"
        }
    }

    private var listeners: String {
        let verify = options.clientAuthority == nil ? "" : ", tls_verify: true"
        let tls = options.requiresTLS ? "starttls: true, starttls_required: true" : "starttls: true"
        let direct = ports.directTLS.map { "\n" + listener($0, "tls: true" + verify) } ?? ""
        return listener(ports.plain, tls + verify) + direct
    }

    private func listener(_ port: UInt16, _ tls: String) -> String {
        "  - {port: \(port), ip: \"127.0.0.1\", module: ejabberd_c2s, \(tls), backlog: \(options.backlog), "
            + "shaper: none, max_stanza_size: 262144\(options.sessionExtensions ? ", zlib: true" : "")}"
    }
}
