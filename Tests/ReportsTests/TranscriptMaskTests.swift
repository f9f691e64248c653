import Testing

@testable import Reports

@Suite("a transcript without secrets")
struct TranscriptMaskTests {
    private func masked(_ xml: String) -> String {
        var mask = TranscriptMask()
        return mask.masked(xml.utf8)
    }

    @Test(
        "what could be used to log in is masked",
        arguments: [
            ("<auth xmlns='x' mechanism='PLAIN'>SECRET</auth>", "<auth xmlns='x' mechanism='PLAIN'>***</auth>"),
            (
                "<sasl:response xmlns:sasl='x'>SECRET</sasl:response>",
                "<sasl:response xmlns:sasl='x'>***</sasl:response>"
            ),
            ("<challenge>SECRET</challenge>", "<challenge>***</challenge>"),
            ("<success>SECRET</success>", "<success>***</success>"),
            (
                "<iq type='set'><query xmlns='jabber:iq:auth'><username>u1</username><password>SECRET</password></query></iq>",
                "<iq type='set'><query xmlns='jabber:iq:auth'><username>u1</username><password>***</password></query></iq>"
            ),
            (
                "<query><digest>SECRET</digest><resource>m</resource></query>",
                "<query><digest>***</digest><resource>m</resource></query>"
            ),
            (
                "<authenticate mechanism='PLAIN'><initial-response>SECRET</initial-response><user-agent id='1'/></authenticate>",
                "<authenticate mechanism='PLAIN'><initial-response>***</initial-response><user-agent id='1'/></authenticate>"
            ),
            (
                "<success xmlns='urn:xmpp:sasl:2'><additional-data>SECRET</additional-data></success><a>x</a>",
                "<success xmlns='urn:xmpp:sasl:2'><additional-data>***</additional-data></success><a>x</a>"
            ),
            (
                "<token xmlns='urn:xmpp:fast:0' expiry='2026' token='SECRET'/><a>x</a>",
                "<token xmlns='urn:xmpp:fast:0' expiry='2026' token='***'/><a>x</a>"
            ),
            (
                "<x><field type='text-private' var='password'><value>SECRET</value></field><field var='username'><value>u</value></field></x>",
                "<x><field type='text-private' var='password'><value>***</value></field><field var='username'><value>u</value></field></x>"
            ),
            ("<enabled id=\"SECRET\" resume='true'/>", "<enabled id='***' resume='true'/>"),
            ("<resume previd='SECRET' h='1'/>", "<resume previd='***' h='1'/>"),
            ("<password><![CDATA[SECRET]]></password>", "<password>***</password>"),
            ("<response a='>'>SECRET</response><b/>text", "<response a='>'>***</response><b/>text"),
        ])
    func secrets(_ xml: String, _ shown: String) {
        #expect(masked(xml) == shown)
    }

    @Test("a secret that is cut by a read is masked in both pieces, wherever it is cut")
    func pieces() {
        let xml = "<a>x</a><auth m='>'>SECRET</auth><token token='SECRET'/><b c='d'>é</b>"
        let whole = masked(xml)
        #expect(whole == "<a>x</a><auth m='>'>***</auth><token token='***'/><b c='d'>é</b>")
        let bytes = Array(xml.utf8)
        for cut in bytes.indices {
            var mask = TranscriptMask()
            let shown = mask.masked(bytes[..<cut]) + mask.masked(bytes[cut...])
            #expect(!shown.contains("SECRET"))
            #expect(shown.replacing("\u{FFFD}", with: "") == whole || shown == whole || shown.contains("\u{FFFD}"))
        }
    }

    @Test("what is no secret stays as it came")
    func untouched() {
        let xml = """
            <?xml version='1.0'?><stream:stream id='1' to="a&apos;b"><failure><not-authorized/><text>no</text></failure>
            <iq id='b1'><bind><jid>u1@example.org/x</jid></bind></iq><auth/><message><body>hello</body></message>
            """
        #expect(masked(xml) == xml)
    }

    @Test("a tag without end takes no memory without end, and is not shown")
    func endless() {
        var mask = TranscriptMask()
        for _ in 0..<1_000 { #expect(mask.masked(Array(repeating: UInt8(ascii: "<"), count: 1_000)) == "") }
        #expect(mask.masked(">".utf8) == "<***>")
    }
}
