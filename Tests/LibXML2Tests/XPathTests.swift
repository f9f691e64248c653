import LibXML2
import Testing

@Suite("An XPath")
struct XPathTests {
    private let namespaces = ["c": "jabber:client", "v": "vcard-temp"]
    private let reply =
        "<iq xmlns='jabber:client' type='result' id='1'><vCard xmlns='vcard-temp'><FN>R</FN></vCard></iq>"

    private func isTrue(_ expression: String) throws -> Bool {
        try XPath(expression, namespaces: namespaces).isTrue(of: XMLDocument(Array(reply.utf8)))
    }

    @Test(
        "is true of a document as boolean() says",
        arguments: [
            ("/c:iq[@type='result']", true), ("/c:iq/v:vCard/v:FN", true), ("//v:FN[. = 'R']", true),
            ("count(//v:*) = 2", true), ("count(//v:PHOTO)", false), ("string(//v:FN)", true), ("'no: $x(y:z)'", true),
            ("/c:iq[@type='error']", false), ("/iq", false), ("/c:iq/*[local-name() = 'vCard']", true),
            ("not(//v:PHOTO) and (1 div 1) = 1", true), ("//v:FN/text()", true), ("/descendant::v:FN", true),
        ])
    func truth(_ expression: String, _ expected: Bool) throws {
        #expect(try isTrue(expression) == expected)
    }

    @Test(
        "that means nothing is refused with its place, also where a reply would never come to it",
        arguments: [
            ("/c:iq[", 6, ""), ("", 0, ""), ("/c:iq[x:y]", 6, "no namespace has the prefix x"),
            ("/c:iq[foo(1)]", 6, "there is no function foo()"), ("/c:iq[@id = $id]", 13, "there is no variable $id"),
            ("'é' = ]", 6, "it cannot be read on from here"),
            ("//a[. = 'é]", 11, "a quoted text without its closing quote"),
        ])
    func refusal(_ expression: String, _ offset: Int, _ message: String) {
        let error = #expect(throws: XPathSyntaxError.self) { try XPath(expression, namespaces: namespaces) }
        #expect(error?.offset == offset, "\(error?.message ?? "")")
        #expect(error?.message.isEmpty == false && (message.isEmpty || error?.message == message))
    }

    @Test("that would never end is given up")
    func cost() throws {
        let many = "<a>" + String(repeating: "<b/>", count: 2000) + "</a>"
        let expression = try XPath("//b[count(//b[count(//b) > 0]) > 0]", namespaces: [:])
        #expect(try !expression.isTrue(of: XMLDocument(Array(many.utf8))))
    }
}
