import LibXML2
import XMLStream

private let header = Array(
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1'>".utf8)
private let end = Array("</stream:stream>".utf8)

/// The first byte says where the reads are cut; the rest is what stands within the stream.
func fuzzScanner(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let length = input.byte()
    let stream = header + input.rest + end
    let whole = read([stream])
    let cut = read(FuzzInput(stream).pieces(of: length))
    precondition(whole == cut, "the same bytes are read otherwise when they come in pieces")
    // What stands behind the stream's end is not looked at.
    let endsEarly = read([header + input.rest])?.last == "closed"
    guard let whole, whole.last == "closed", !endsEarly, !mayDiffer(input.rest) else { return }
    guard let document = try? XMLDocument(stream) else { preconditionFailure("libxml2 refuses what is read here") }
    let children = document.root?.children.map(describe) ?? []
    precondition(Array(whole.dropFirst().dropLast()) == children, "libxml2 reads something else")
}

/// libxml2 keeps a reference to `&` in a namespace's name as it is.
private func mayDiffer(_ bytes: [UInt8]) -> Bool {
    bytes.contains(UInt8(ascii: "&")) && String(decoding: bytes, as: UTF8.self).contains("xmlns")
}

/// nil where the stream is refused.
private func read(_ pieces: [[UInt8]]) -> [String]? {
    let scratch = StanzaScratch()
    var reader = StreamReader()
    var events: [String] = []
    for piece in pieces {
        let isGood = Chunk.reading(piece) { chunk in
            do throws(XMLStreamError) {
                while let event = try reader.next(&chunk, using: scratch) { events.append(describe(event)) }
                precondition(scratch.steps <= 4096 + 2 * (header.count + 256 * 1024), "names take too many steps")
                return true
            } catch { return false }
        }
        guard isGood else { return nil }
    }
    return events
}

private func describe(_ event: StreamEvent) -> String {
    switch event {
    case .opened: "opened"
    case .stanza(let stanza): describe(node(stanza))
    case .closed: "closed"
    }
}

private func describe(_ node: XMLDocument.Node) -> String {
    let attributes = node.attributes.map { "{\($0.namespace)}\($0.localName)=\($0.value.debugDescription)" }.sorted()
    let children = node.children.map(describe)
    return "{\(node.namespace)}\(node.localName)\(attributes) \(node.text.debugDescription) \(children)"
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
