import XMLStream

/// Why a stanza was refused: a condition of RFC 6120 section 8.3.3, and the server's own words.
struct StanzaError {
    let condition: String
    let text: String

    /// - Parameter stanza: what holds the `<error/>`, which is of the content namespace, or of its holder's where that is
    ///   none (XEP-0386).
    init(of stanza: Element) {
        let error = stanza.firstChild("error", Namespace.client) ?? stanza.firstChild("error", Namespace.bind2)
        let condition = error?.children.first { $0.isInNamespace(Namespace.stanzaErrors) && !$0.hasName("text") }
        text = error?.firstChild("text", Namespace.stanzaErrors)?.text.string ?? ""
        self.condition =
            condition?.localName ?? error?.attribute("code").flatMap { Self.conditions[$0.string] }
            ?? "undefined-condition"
    }

    /// The codes that old servers send in place of conditions (XEP-0086).
    private static let conditions = [
        "400": "bad-request", "401": "not-authorized", "403": "forbidden", "404": "item-not-found",
        "405": "not-allowed", "406": "not-acceptable", "407": "registration-required", "409": "conflict",
        "500": "internal-server-error", "501": "feature-not-implemented", "503": "service-unavailable",
        "504": "remote-server-timeout",
    ]
}
