import LoadPlan
import Testing

@Suite("A stanza with placeholders")
struct StanzaTemplateTests {
    @Test("is cut where they stand")
    func pieces() throws {
        let template = try StanzaTemplate("<iq id='{id}' to='{jid}'/>{n}")
        #expect(
            template.pieces == [
                .text("<iq id='"), .placeholder(.id), .text("' to='"), .placeholder(.jid), .text("'/>"),
                .placeholder(.n),
            ])
        #expect(template.text == "<iq id='{id}' to='{jid}'/>{n}")
    }

    @Test("leaves other braces alone", arguments: ["{\"a\": {\"b\": 1}}", "{", "}{", "{ id }", "a{3}", "{{id", ""])
    func braces(_ text: String) throws {
        #expect(try StanzaTemplate(text).text == text)
        #expect(!(try StanzaTemplate(text).pieces.contains(.placeholder(.id))))
    }

    @Test("names a placeholder that nobody knows, with its place")
    func unknown() {
        let error = #expect(throws: StanzaTemplate.Unknown.self) { try StanzaTemplate("é<{nick}/>") }
        #expect(error?.name == "nick" && error?.offset == 2)
    }
}
