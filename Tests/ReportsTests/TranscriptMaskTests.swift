import Metrics
import TestSupport
import Testing

@testable import Reports

@Suite("a transcript without secrets")
struct TranscriptMaskTests {
    private func masked(_ xml: String) -> String {
        var mask = TranscriptMask()
        return mask.masked(xml.utf8) + mask.rest()
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

    @Test("what was secret is masked wherever it is repeated, however the reads cut it; controls are escapes")
    func repeated() {
        let forms = SecretForms("hunter2&<long", of: "u1")
        let xml = "<a to='\(forms.line)'/>\u{1B}[2J<text>no: \(forms.line)</text><\(forms.all[1].text)/>\(forms.line)"
        for size in [1, 7, 1000, 100_000] {
            var mask = TranscriptMask(ForeignTextDoor(secrets: [Array(forms.secret.utf8)]))
            let bytes = Array(xml.utf8)
            let shown = stride(from: 0, to: bytes.count, by: size).map {
                mask.masked(bytes[$0..<min($0 + size, bytes.count)])
            }
            let text = shown.joined() + mask.rest()
            #expect(forms.found(in: text) == [])
            #expect(text.contains(#"/>\u{1B}[2J<text>no: *** ; ***"#) && text.contains("</text><***/>***"))
        }
    }

    @Test("a secret that is split over a stanza's elements is masked in all of them")
    func split() {
        let door = ForeignTextDoor(others: SecretIndex(["hunter2-long"]))
        let header = "<?xml version='1.0'?><stream:stream id='1'>"
        for (xml, shown) in [
            ("<text>no: hunter2<b/>-long</text>", "<text>no: ***<b/>***</text>"),
            ("<a><b>AHUxAGh1</b>\n<b>bnRlcjItbG9uZw==</b></a>", "<a><b>***</b>***<b>***</b></a>"),
            ("<a>hunter2-</a><a>long</a>", "<a>hunter2-</a><a>long</a>"),
        ] {
            var mask = TranscriptMask(door)
            #expect(mask.masked((header + header + xml).utf8) == header + header + shown)
            #expect(mask.rest() == "")
        }
    }

    @Test("a stanza that is longer than is kept is shown in parts, and no secret between them")
    func long() {
        for length in stride(from: 65_500, to: 65_540, by: 3) {
            var mask = TranscriptMask(ForeignTextDoor(secrets: [Array("hunter2-long".utf8)]))
            let text = String(repeating: "x ", count: length / 2)
            let shown = mask.masked("<a><b/>\(text)hunter2-long \(text)</a>".utf8)
            #expect(shown == "<a><b/>\(text)*** \(text)</a>")
        }
    }

    @Test("what is no secret stays as it came, but that a line is a line")
    func untouched() {
        let xml = """
            <?xml version='1.0'?><stream:stream id='1' to="a&apos;b"><failure><not-authorized/><text>no</text></failure>
            <iq id='b1'><bind><jid>u1@example.org/x</jid></bind></iq><auth/><message><body>hello</body></message>
            """
        #expect(masked(xml) == xml.replacing("\n", with: #"\u{A}"#))
    }

    @Test("a tag without end takes no memory without end, and is not shown")
    func endless() {
        var mask = TranscriptMask()
        for _ in 0..<1_000 { #expect(mask.masked(Array(repeating: UInt8(ascii: "<"), count: 1_000)) == "") }
        #expect(mask.masked(">".utf8) == "<***>")
    }
}
