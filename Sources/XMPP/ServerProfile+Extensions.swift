import SASL

// What a server offers beyond RFC 6120 to those who are to log in.

extension ServerProfile {
    func extensionList(_ security: ServerStream.Security, _ isAddressed: Bool) -> String {
        var text = ""
        if extensions.contains(.sasl2) { text += extensible(security, isAddressed) }
        if extensions.contains(.iqAuth), dialect != .openfire {
            text += "<auth xmlns='http://jabber.org/features/iq-auth'/>"
        }
        return text
    }

    private func extensible(_ security: ServerStream.Security, _ isAddressed: Bool) -> String {
        let names = Self.elements(mechanisms(on: security))
        var inline = extensions.contains(.bind2) ? "<bind xmlns='urn:xmpp:bind:0'/>" : ""
        if extensions.contains(.fast), isAddressed {
            inline += "<fast xmlns='urn:xmpp:fast:0'>\(Self.elements(tokenMechanisms(on: security)))</fast>"
        }
        return "<authentication xmlns='urn:xmpp:sasl:2'>\(names)<inline>\(inline)</inline></authentication>"
    }

    private static func elements(_ mechanisms: [Mechanism]) -> String {
        mechanisms.map { "<mechanism>\($0)</mechanism>" }.joined()
    }

    /// Those whose kind of binding the connection has, and the one that does not bind.
    func tokenMechanisms(on security: ServerStream.Security) -> [Mechanism] {
        security.bindings.map { .hashedToken(boundBy: $0.kind) } + [.hashedToken]
    }
}
