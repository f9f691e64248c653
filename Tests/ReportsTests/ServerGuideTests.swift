import SASL
import Testing

@testable import Reports

@Suite("a server's offer, explained")
struct ServerGuideTests {
    private func lines(
        _ name: String, _ namespace: String, _ values: [String] = [], required: Bool = false,
        inline: [OfferedFeature] = []
    ) -> [String] {
        OfferedFeature(name: name, namespace: namespace, values: values, isRequired: required, inline: inline)
            .lines(spoken: ["PLAIN", "SCRAM-SHA-1", "DIGEST-MD5"])
    }

    @Test("every mechanism that is spoken here is explained", arguments: Mechanism.supported)
    func spoken(_ mechanism: Mechanism) {
        #expect(ServerGuide.mechanism(mechanism.rawValue) != nil)
    }

    @Test("mechanisms are explained one by one, with their document")
    func mechanisms() {
        #expect(
            lines(
                "mechanisms", "urn:ietf:params:xml:ns:xmpp-sasl", ["DIGEST-MD5", "PLAIN", "SCRAM-SHA-1-PLUS", "X-OWN"])
                == [
                    "offers DIGEST-MD5, which is historic: RFC 6331",
                    "offers PLAIN: sends the password itself: only over TLS (RFC 4616)",
                    "offers SCRAM-SHA-1-PLUS: both sides prove that they know the password, without showing it; "
                        + "bound to this TLS connection (RFC 5802), not spoken here",
                    "offers X-OWN: not known here, not spoken here",
                ])
    }

    @Test("features say what they are for, and what they have")
    func features() {
        #expect(
            lines("starttls", "urn:ietf:params:xml:ns:xmpp-tls", required: true) == [
                "offers starttls, required: encrypts this connection before anybody logs in (RFC 6120 section 5)"
            ])
        #expect(
            lines("compression", "http://jabber.org/features/compress", ["zlib"]) == [
                "offers compression (zlib): compresses the stream (XEP-0138)"
            ])
        #expect(lines("new", "urn:example:new") == ["offers new: not known here (urn:example:new)"])
        #expect(
            lines("sasl-channel-binding", "urn:xmpp:sasl-cb:0", ["tls-exporter"]) == [
                "offers sasl-channel-binding: how a login can be bound to the TLS connection (XEP-0440)",
                "  tls-exporter: by a secret that only this connection has (RFC 9266)",
            ])
    }

    @Test("what extensible SASL takes along stands under it")
    func inline() {
        let shown = lines(
            "authentication", "urn:xmpp:sasl:2", ["PLAIN"],
            inline: [OfferedFeature(name: "bind", namespace: "urn:xmpp:bind:0")])
        #expect(
            shown == [
                "offers authentication: logs in with fewer round trips, and takes other steps along (XEP-0388)",
                "  PLAIN: sends the password itself: only over TLS (RFC 4616)",
                "  along with it offers bind: makes the session within the login (XEP-0386)",
            ])
    }
}
