import CLibXML2

/// A parsed document: libxml2's view of what a person wrote, and of what the scanner is tested against.
///
/// Nothing is loaded from anywhere and no entity is expanded. Not thread-safe.
@safe public final class XMLDocument {
    private let pointer: xmlDocPtr

    /// - Throws: `XMLSyntaxError` with line and column.
    public init(_ bytes: [UInt8]) throws(XMLSyntaxError) {
        let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            unsafe xmlReadMemory(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, "UTF-8", options)
        }
        guard let parsed = unsafe parsed else { throw .last() }
        unsafe pointer = parsed
    }

    deinit { unsafe xmlFreeDoc(pointer) }

    /// One element with everything in it.
    public struct Node: Hashable, Sendable {
        public var localName: String
        public var namespace: String
        public var attributes: Set<Attribute>
        /// The character data directly in the element.
        public var text: String
        public var children: [Node]

        public init(
            localName: String, namespace: String, attributes: Set<Attribute>, text: String, children: [Node]
        ) {
            self.localName = localName
            self.namespace = namespace
            self.attributes = attributes
            self.text = text
            self.children = children
        }
    }

    public struct Attribute: Hashable, Sendable {
        public var localName: String
        public var namespace: String
        public var value: String

        public init(localName: String, namespace: String, value: String) {
            self.localName = localName
            self.namespace = namespace
            self.value = value
        }
    }

    /// The whole document as values.
    public var root: Node? { unsafe xmlDocGetRootElement(pointer).map { unsafe Self.node($0) } }

    @unsafe private static func node(_ element: xmlNodePtr) -> Node {
        var node = unsafe Node(
            localName: text(element.pointee.name), namespace: namespace(element.pointee.ns), attributes: [], text: "",
            children: [])
        var attribute = unsafe element.pointee.properties
        while let current = unsafe attribute {
            unsafe node.attributes.insert(self.attribute(current))
            unsafe attribute = current.pointee.next
        }
        var child = unsafe element.pointee.children
        while let current = unsafe child {
            switch unsafe current.pointee.type {
            case XML_ELEMENT_NODE: unsafe node.children.append(self.node(current))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: unsafe node.text += text(current.pointee.content)
            default: break
            }
            unsafe child = current.pointee.next
        }
        return node
    }

    @unsafe private static func attribute(_ attribute: xmlAttrPtr) -> Attribute {
        let value = unsafe xmlNodeListGetString(attribute.pointee.doc, attribute.pointee.children, 1)
        defer { unsafe muster_xmlFree(value) }
        return unsafe Attribute(
            localName: text(attribute.pointee.name), namespace: namespace(attribute.pointee.ns), value: text(value))
    }

    @unsafe private static func namespace(_ namespace: xmlNsPtr?) -> String {
        unsafe namespace.map { unsafe text($0.pointee.href) } ?? ""
    }

    @unsafe private static func text(_ text: UnsafePointer<xmlChar>?) -> String {
        unsafe text.map { unsafe String(cString: $0) } ?? ""
    }
}

/// What libxml2 found wrong first.
public struct XMLSyntaxError: Error, Sendable, Equatable {
    public let line: Int
    public let column: Int
    public let message: String

    static func last() -> XMLSyntaxError {
        guard let error = unsafe xmlGetLastError() else {
            return XMLSyntaxError(line: 1, column: 1, message: "not XML")
        }
        let message = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? "not well-formed"
        return unsafe XMLSyntaxError(
            line: Int(error.pointee.line), column: Int(error.pointee.int2), message: message.filter { $0 != "\n" })
    }
}
