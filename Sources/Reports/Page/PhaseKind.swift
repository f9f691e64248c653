import Metrics

/// What a phase is to a reader, by its name: the files know phases that a scenario named itself.
enum PhaseKind {
    /// The steps of a login, one after another; neither parts of one nor sums.
    static func isStep(_ phase: String, among phases: some Collection<String>) -> Bool {
        !sums.contains(phase) && !isOwn(phase) && !isPart(phase, among: phases)
    }

    /// `sasl.1` is a part of `sasl`.
    static func isPart(_ phase: String, among phases: some Collection<String>) -> Bool {
        guard let dot = phase.lastIndex(of: ".") else { return false }
        return phases.contains(String(phase[..<dot]))
    }

    /// Processor time of ours within a phase, no wall time.
    private static func isOwn(_ phase: String) -> Bool { phase.hasPrefix("client.") }

    private static let sums: Set<String> = [
        Phase.login.name, Phase.due.name, Phase.lag.name, Phase.online.name, Phase.reconnect.name,
    ]

    /// The class of its colour: the network, TLS, SASL, and what comes after.
    static func style(_ phase: String) -> String {
        switch phase.prefix(while: { $0 != "." }) {
        case "login": "login"
        case "due": "due"
        case "tls": "tls"
        case "sasl", "iq-auth": "sasl"
        case "resolve", "connect", "greeting", "starttls", "offer", "restart", "compress": "net"
        default: "step"
        }
    }

    /// Colours for things without a colour of their own, one after another.
    static let styles = ["first", "second", "tls", "sasl", "step", "fifth", "net"]
}
