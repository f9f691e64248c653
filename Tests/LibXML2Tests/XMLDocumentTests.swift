import LibXML2
import Testing

@Suite("Documents that libxml2 reads")
struct XMLDocumentTests {
    @Test("are values with expanded names, decoded attributes and text")
    func values() throws {
        let document = try XMLDocument(
            Array("<a xmlns='urn:a' xmlns:p='urn:p'><p:b p:c='1 &lt; 2'>x&#33;</p:b></a>".utf8))
        let child = try #require(document.root?.children.first)
        #expect(document.root?.namespace == "urn:a")
        #expect(child.localName == "b" && child.namespace == "urn:p" && child.text == "x!")
        #expect(child.attributes == [XMLDocument.Attribute(localName: "c", namespace: "urn:p", value: "1 < 2")])
    }

    @Test("tell the line and column of what is wrong")
    func errors() {
        let error = #expect(throws: XMLSyntaxError.self) { try XMLDocument(Array("<a>\n  <b></c>\n</a>".utf8)) }
        #expect(error?.line == 2)
        #expect(error?.column ?? 0 > 0)
        #expect(error?.message.isEmpty == false)
    }

    @Test("may not use prefixes that nobody declared, where that is asked for")
    func prefixes() throws {
        let bytes = Array("<a xmlns:p='urn:p'>\n <q:b xmlns:r='r'/><p:c xmlns:p='urn:other'/></a>".utf8)
        let error = #expect(throws: XMLSyntaxError.self) { try XMLDocument(bytes, namespaces: .strict) }
        #expect(error?.line == 2)
        #expect(error?.message.contains("q") == true)
        #expect(try XMLDocument(bytes).declaredPrefixes == ["p": "urn:p", "r": "r"])
    }

    @Test("bring in no file and no entity from outside")
    func outside() {
        let bytes = Array("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>".utf8)
        let text = (try? XMLDocument(bytes))?.root?.text ?? ""
        #expect(!text.contains("root:"))
    }
}
