/// The `prosody.cfg.lua` of a test's server: loopback only, no limits, few modules.
struct ProsodyConfiguration {
    let options: Prosody.Options
    let folder: String
    let ports: ServerPorts
    let certificate: TestCertificate
    let modules: ProsodyModules?

    var text: String {
        """
        pidfile = "\(folder)/prosody.pid"
        data_path = "\(folder)/data"
        log = { info = "\(folder)/prosody.log" }
        interfaces = { \(list(options.interfaces)) }
        c2s_ports = { \(ports.plain) }
        c2s_direct_tls_ports = { \(ports.directTLS.map(String.init) ?? "") }
        s2s_ports = { }
        component_ports = { }
        http_ports = { }
        https_ports = { }
        network_settings = { tcp_backlog = \(options.backlog) }
        plugin_paths = { \(list(modules.map { [$0.path] } ?? [])) }
        modules_enabled = { \(list(enabled)) }
        modules_disabled = { "s2s", "limits" }
        storage = "internal"
        ssl = { certificate = "\(certificate.certificate)", key = "\(certificate.key)"\(clientVerification) }
        c2s_require_encryption = \(options.requiresTLS)
        allow_unencrypted_plain_auth = \(options.allowsPlainWithoutTLS)
        disable_sasl_mechanisms = { \(list(options.disabledMechanisms)) }
        \(mechanismsOverTLSOnly)
        allow_registration = \(options.registration)
        \(options.configuration)
        \(hosts)

        """
    }

    private var enabled: [String] {
        ["roster", "saslauth", "tls", "disco", "ping"] + options.modules
            + (options.registration ? ["register_ibr", "user_account_management"] : [])
            + (options.console ? ["admin_shell"] : []) + (options.sessionExtensions ? ["smacks", "csi"] : [])
            + (modules != nil ? ProsodyModules.names : []) + (options.iqAuth ? ["legacyauth"] : [])
    }

    private var clientVerification: String {
        options.clientAuthority.map { ", cafile = \"\($0)\", verify = { \"peer\" }" } ?? ""
    }

    private var mechanismsOverTLSOnly: String {
        options.mechanismsOverTLSOnly.map { "insecure_sasl_mechanisms = { \(list($0)) }" } ?? ""
    }

    private var hosts: String {
        let main = "VirtualHost \"localhost\"\n\(authentication)"
        guard options.anonymous else { return main }
        return main + "\nVirtualHost \"\(ServerDomains.anonymous)\"\nauthentication = \"anonymous\""
    }

    private var authentication: String {
        if options.clientAuthority != nil { return "authentication = \"ccert\"" }
        switch options.storage {
        case .plain:
            return "authentication = \"internal_plain\""
        case .hashed(let digest, let iterations):
            return """
                authentication = "internal_hashed"
                password_hash = "\(digest.rawValue)"
                default_iteration_count = \(iterations)
                """
        }
    }

    private func list(_ names: [String]) -> String {
        names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}
