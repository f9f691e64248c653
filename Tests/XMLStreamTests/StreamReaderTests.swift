import LibXML2
import LoadPlan
import TestSupport
import Testing

@testable import XMLStream

private let header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"

/// Reads a stream in these pieces; each stanza as a value.
private func read(
    _ pieces: [[UInt8]], limits: StreamReader.Limits = .init(), using scratch: StanzaScratch = StanzaScratch()
) throws(XMLStreamError) -> [String] {
    var reader = StreamReader(limits: limits)
    var events: [String] = []
    for piece in pieces {
        let outcome = Chunk.reading(piece) { chunk in
            Result { () throws(XMLStreamError) in
                while let event = try reader.next(&chunk, using: scratch) { events.append(describe(event)) }
            }
        }
        try outcome.get()
    }
    return events
}

private func describe(_ event: StreamEvent) -> String {
    switch event {
    case .opened(let root): "opened {\(root.namespace)}\(root.localName)"
    case .stanza(let stanza): describe(node(stanza))
    case .closed: "closed"
    }
}

private func describe(_ node: XMLDocument.Node) -> String {
    let attributes = node.attributes.map { "{\($0.namespace)}\($0.localName)=\($0.value.debugDescription)" }.sorted()
    return
        "{\(node.namespace)}\(node.localName)\(attributes) \(node.text.debugDescription) \(node.children.map(describe))"
}

private func node(_ element: Element) -> XMLDocument.Node {
    XMLDocument.Node(
        localName: element.localName, namespace: element.namespace,
        attributes: Set(
            element.attributes.map {
                XMLDocument.Attribute(localName: $0.localName, namespace: $0.namespace, value: $0.value)
            }),
        text: element.text.string, children: element.children.map(node))
}

@Suite("The stream reader")
struct StreamReaderTests {
    @Test(
        "what RFC 6120 section 11.1 forbids, and what is not XML, is refused",
        arguments: [
            ("<!-- c --><a/>", XMLStreamError.Code.restricted), ("<?pi?>", .restricted), ("<!DOCTYPE a>", .restricted),
            ("<a>&unknown;</a>", .restricted), ("<a></b>", .notWellFormed), ("<a b='1' b='2'/>", .notWellFormed),
            ("<a b=1/>", .notWellFormed), ("<a b='<'/>", .notWellFormed), ("<a>]]></a>", .notWellFormed),
            ("text", .notWellFormed), ("<a b='1'c='2'/>", .notWellFormed), ("<1/>", .notWellFormed),
            ("<a:b:c/>", .notWellFormed),
            ("<p:a/>", .unboundPrefix), ("<a p:b='1'/>", .unboundPrefix), ("<a>\u{1}</a>", .invalidCharacter),
            ("<a>&#0;</a>", .restricted), ("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", .notWellFormed),
            ("<a xmlns:p=''/>", .notWellFormed), ("<a '>", .notWellFormed), ("<a b='<c/>", .notWellFormed),
        ])
    func refused(_ text: String, _ code: XMLStreamError.Code) {
        let error = #expect(throws: XMLStreamError.self) { try read([Array((header + text).utf8)]) }
        #expect(error?.code == code)
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) {
        let stream = Array((header + "<a>").utf8) + bytes + Array("</a>".utf8)
        let error = #expect(throws: XMLStreamError.self) { try read([stream]) }
        #expect(error?.code == .invalidCharacter)
    }

    @Test("size, depth and attributes are bounded")
    func bounded() {
        var limits = StreamReader.Limits()
        limits.stanzaBytes = 1000
        limits.depth = 4
        limits.attributes = 3
        func code(_ text: String) -> XMLStreamError.Code? {
            do { _ = try read([Array((header + text).utf8)], limits: limits) } catch { return error.code }
            return nil
        }
        #expect(code("<a>" + String(repeating: "x", count: 2000)) == .tooBig)
        #expect(code("<a b='" + String(repeating: "x", count: 2000)) == .tooBig)
        #expect(code("<a><b><c><d><e/></d></c></b></a>") == nil)
        #expect(code("<a><b><c><d><e></e></d></c></b></a>") == .tooDeep)
        #expect(code("<a b='1' c='2' d='3' e='4'/>") == .tooManyAttributes)
    }

    @Test("a name has at most 1024 bytes", arguments: [1024, 1025])
    func longName(_ count: Int) {
        let name = String(repeating: "x", count: count)
        for stanza in ["<\(name)/>", "<a \(name)='1'/>"] {
            let events = Result { try read([Array((header + stanza).utf8)]) }
            #expect(((try? events.get()) != nil) == (count == 1024))
        }
    }

    @Test("a stream error before any header, with its prefix undeclared, is read")
    func strayError() throws {
        let events = try read([Array("<stream:error><system-shutdown xmlns='x'/></stream:error></stream:stream>".utf8)])
        #expect(events.count == 2)
        #expect(events[0].hasPrefix("{http://etherx.jabber.org/streams}error"))
        #expect(events[1] == "closed")
    }

    @Test("a long stanza that comes byte by byte is read")
    func dribble() throws {
        let stanza = "<a>" + String(repeating: "<b c='d'>text &amp; more</b>", count: 7000) + "</a>"
        let events = try read(Array((header + stanza).utf8).map { [$0] })
        #expect(events.count == 2)
    }

    @Test(
        "recorded streams are the same wherever a read cuts them",
        arguments: ["SCRAM-SHA-1-tls", "disco-ping-vcard", "conflict"])
    func cuts(_ name: String) throws {
        let transcript = try #require(OpenfireTranscript.all.first { $0.name == name })
        for event in transcript.events {
            guard case .server(let text, _) = event, text.hasPrefix("<?xml") else { continue }
            let bytes = Array(text.utf8)
            let whole = try read([bytes])
            for cut in bytes.indices { #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole) }
        }
    }
}

@Suite("The stream reader against libxml2")
struct OracleTests {
    @Test("agrees on names, namespaces, attributes and text of generated stanzas", arguments: 0..<400)
    func generated(_ seed: Int) throws {
        var generator = StanzaGenerator(seed: UInt64(seed))
        let stanza = generator.stanza()
        let expected = try XMLDocument(Array((header + stanza + "</stream:stream>").utf8)).root?.children.map(describe)
        let bytes = Array((header + stanza).utf8)
        #expect(try Array(read([bytes]).dropFirst()) == expected, "\(stanza)")
        let cut = Int.random(in: 0..<bytes.count, using: &generator)
        #expect(try Array(read([Array(bytes[..<cut]), Array(bytes[cut...])]).dropFirst()) == expected)
    }

    @Test("a stanza that came before is read as it was the first time, under every header", arguments: 0..<40)
    func again(_ seed: Int) throws {
        var generator = StanzaGenerator(seed: UInt64(seed))
        let stanzas = (0..<12).map { _ in generator.stanza() }
        let headers = [
            header, header.replacing("jabber:client", with: "urn:d0"),
            header.replacing("id=", with: "xmlns:p='urn:p' id="),
        ]
        let scratch = StanzaScratch()
        for round in 0..<60 {
            let stream = headers[round / 20] + stanzas.shuffled(using: &generator).joined()
            #expect(try read([Array(stream.utf8)], using: scratch) == (try read([Array(stream.utf8)])))
        }
    }

    @Test("a stanza whose values alone are new is read as it is, under a header of another id", arguments: 0..<40)
    func otherValues(_ seed: Int) throws {
        var generator = StanzaGenerator(seed: UInt64(seed) + 20_000)
        let pieces = ["", "1", "result", "a longer value", "it's", "\"", "x>y", "ü", "&amp;", "\t", "{", "a=b"]
        let scratch = StanzaScratch()
        for _ in 0..<60 {
            let values = (0..<5).map { _ in pieces.randomElement(using: &generator) ?? "" }
            let quoted = values.map { $0.replacing("'", with: "&apos;") }
            let stream =
                header.replacing("id='1'", with: "id='\(quoted[0])' from='h'")
                + "<iq id='\(quoted[1])' to='a@b/c'><q xmlns='u' n='\(quoted[2])'>\(values[3])<r/>\(values[4])</q></iq>"
                + "<p:iq xmlns:p='urn:p' p:id='\(quoted[4])'>\(values[0])</p:iq>"
            let events = try read([Array(stream.utf8)], using: scratch)
            #expect(events == (try read([Array(stream.utf8)])))
            let document = try XMLDocument(Array((stream + "</stream:stream>").utf8))
            #expect(Array(events.dropFirst()) == document.root?.children.map(describe))
        }
    }

    @Test("accepts no mutation that libxml2 refuses, and reads alike what both accept", arguments: 0..<400)
    func mutated(_ seed: Int) {
        var generator = StanzaGenerator(seed: UInt64(seed) + 10_000)
        var stanza = Array(generator.stanza().utf8)
        let scratch = StanzaScratch()
        _ = try? read([Array(header.utf8) + stanza], using: scratch)
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0..<stanza.count, using: &generator)
            stanza[place] = Array("<>&'\"=/ :x;#\u{0}".utf8).randomElement(using: &generator) ?? 0x78
        }
        let stream = Array(header.utf8) + stanza + Array("</stream:stream>".utf8)
        let ours = try? read([stream])
        #expect((try? read([stream], using: scratch)) == ours, "it is read otherwise after its original")
        guard let ours, ours.last == "closed" else { return }
        let text = String(decoding: stanza, as: UTF8.self)
        let document = try? XMLDocument(stream)
        #expect(document?.root?.children.map(describe) == Array(ours.dropFirst().dropLast()), "\(text)")
    }
}

/// Stanzas of every shape that XMPP allows, the same for a seed.
private struct StanzaGenerator: RandomNumberGenerator {
    private var source: SeededGenerator

    init(seed: UInt64) { source = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { source.next() }

    mutating func stanza(depth: Int = 0) -> String {
        let prefix = Int.random(in: 0..<4, using: &self) == 0 ? "p:" : ""
        let name = prefix + (["iq", "message", "a", "größe", "x-1", "_y"].randomElement(using: &self) ?? "a")
        var tag = "<\(name)"
        if !prefix.isEmpty || Bool.random(using: &self) {
            tag += " xmlns:p='urn:p\(Int.random(in: 0...1, using: &self))'"
        }
        if Int.random(in: 0..<3, using: &self) == 0 { tag += " xmlns=\"urn:d\(Int.random(in: 0...1, using: &self))\"" }
        for attribute in ["id", "p:q", "xml:lang"]
        where Bool.random(using: &self) && (attribute != "p:q" || tag.contains("xmlns:p")) {
            let quote = Bool.random(using: &self) ? "'" : "\""
            tag += "\n \(attribute) = \(quote)\(text(isAttribute: true))\(quote)"
        }
        guard depth < 4, Int.random(in: 0..<4, using: &self) > 0 else {
            return tag + (Bool.random(using: &self) ? "/>" : " ></\(name) >")
        }
        var content = ""
        for _ in 0..<Int.random(in: 0...3, using: &self) {
            content += Bool.random(using: &self) ? stanza(depth: depth + 1) : text(isAttribute: false)
        }
        return tag + ">" + content + "</\(name)>"
    }

    private mutating func text(isAttribute: Bool) -> String {
        let pieces = ["plain", " ", "&amp;", "&#x20AC;", "&#10;", "ü", "𝄞", "\t", "\r\n", "&lt;", "]", ">"]
        var text = ""
        for _ in 0..<Int.random(in: 0...5, using: &self) { text += pieces.randomElement(using: &self) ?? "" }
        if !isAttribute, Bool.random(using: &self) { text += "<![CDATA[<&>\r\n]] x]]>" }
        return isAttribute
            ? text
            : text.replacing("]]>", with: "] ]>").replacing("[CDATA[<&>\r\n]] x] ]>", with: "[CDATA[<&>\r\n]] x]]>")
    }
}
