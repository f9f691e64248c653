import LibXML2
import Testing

@testable import XMLStream

private let header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"

/// Hands the stanza behind the header to the body.
private func read<Result>(
    _ stanza: String, pieces: Int = 1, using scratch: StanzaScratch = StanzaScratch(), _ body: (Element) -> Result
) throws -> Result? {
    var reader = StreamReader()
    var result: Result?
    let bytes = Array((header + stanza).utf8)
    let length = (bytes.count + pieces - 1) / pieces
    for start in stride(from: 0, to: bytes.count, by: length) {
        try Chunk.reading(Array(bytes[start..<min(start + length, bytes.count)])) { chunk in
            while let event = try reader.next(&chunk, using: scratch) {
                if case .stanza(let element) = event { result = body(element) }
            }
        }
    }
    return result
}

/// Elements in each other, each with as many declarations and attributes by prefixes as it may have.
private func nest(depth: Int, declarations: Int, attributes: Int) -> String {
    var (start, end) = ("", "")
    for level in 0..<depth {
        let declared = (0..<declarations).map { " xmlns:p\(level)x\($0)='u:\($0)'" }.joined()
        let named = (0..<attributes).map { " p\(level / 2)x\($0):a='1'" }.joined()
        start += "<p0x0:e\(declared)\(named)>"
        end = "</p0x0:e>" + end
    }
    return start + end
}

@Suite("Namespaces of a stanza")
struct NamespaceTests {
    @Test(
        "names take steps in proportion to the bytes, however many declarations are in force",
        arguments: [
            nest(depth: 60, declarations: 64, attributes: 63), nest(depth: 60, declarations: 126, attributes: 1),
            nest(depth: 1, declarations: 100, attributes: 20)
                .replacing("</", with: String(repeating: "<p0x99:b p0x98:c='' p0x97:c=''/>", count: 4000) + "</"),
        ])
    func steps(_ stanza: String) throws {
        for pieces in [1, 1000] {
            let scratch = StanzaScratch()
            let depth = try read(stanza, pieces: pieces, using: scratch) { _ in scratch.steps }
            #expect(try #require(depth) < stanza.utf8.count)
        }
    }

    @Test("many declarations mean what libxml2 says, and one namespace by two prefixes is one", arguments: [3, 17, 60])
    func many(_ count: Int) throws {
        let stanza = nest(depth: 4, declarations: count, attributes: count)
        let expected = try XMLDocument(Array((header + stanza + "</stream:stream>").utf8)).root?.children.first
        let found = try read(stanza) { element in
            (element.namespace, element.attributes.map(\.namespace), element.firstChild?.attributes.map(\.namespace))
        }
        #expect(found?.0 == expected?.namespace)
        #expect(found?.1.sorted() == expected?.attributes.map(\.namespace).sorted())
        #expect(found?.2?.sorted() == expected?.children.first?.attributes.map(\.namespace).sorted())
    }

    @Test(
        "an attribute is there twice when its expanded name is",
        arguments: [("u", true), ("v", false), ("&#x75;", true)], [1, 20])
    func twice(_ other: (name: String, isTwice: Bool), _ more: Int) throws {
        let rest = (0..<more).map { " x\($0)=''" }.joined()
        let stanza = "<a xmlns:p='u' xmlns:q='\(other.name)' p:b=''\(rest) q:b=''/>"
        let isRead = (try? read(stanza) { _ in true }) == true
        #expect(isRead != other.isTwice)
    }

    @Test("a prefix of the header is known to every stanza, and not twice by its own declaration")
    func ofHeader() throws {
        #expect(try read("<a stream:b='' stream:c=''/>") { $0.attributes.map(\.namespace) }?.count == 2)
        let twice = "<a xmlns:s='http://etherx.jabber.org/streams' s:b='' stream:b=''/>"
        #expect(throws: XMLStreamError.self) { _ = try read(twice) { _ in true } }
        #expect(try read("<a xml:lang='en' stream:lang='en'/>") { _ in true } == true)
    }

    @Test("a declaration ends with its element")
    func scope() throws {
        let many = (0..<30).map { " xmlns:q\($0)='u'" }.joined()
        #expect(throws: XMLStreamError.self) { _ = try read("<a><b\(many)/><q3:c/></a>") { _ in true } }
        let inner = try read("<a xmlns:p='out'><p:b\(many) xmlns:p='in'/><p:c/></a>") { $0.children.map(\.namespace) }
        #expect(inner == ["in", "out"])
    }

    @Test("an element by itself keeps what it inherits, its references too")
    func standalone() throws {
        let stanza = "<a xmlns='u&amp;&apos;&lt;' xmlns:p='out'><b xmlns:p='in&#10;'><p:c d='1'/></b></a>"
        let alone = try read(stanza) { $0.firstChild?.firstChild?.standalone() }
        let root = try XMLDocument(#require(alone ?? nil)).root
        #expect(root?.namespace == "in\n")
        let middle = try #require(try read(stanza) { $0.firstChild?.standalone() } ?? nil)
        #expect(try read(String(decoding: middle, as: UTF8.self)) { $0.namespace } == "u&'<")
        #expect(try XMLDocument(middle).root?.children.count == 1)
    }
}
