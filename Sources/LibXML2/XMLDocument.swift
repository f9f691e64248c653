import CLibXML2

/// A parsed document: libxml2's view of what a person wrote, and of what the scanner is tested against.
///
/// Nothing is loaded from anywhere and no entity is expanded. Not thread-safe.
@safe public final class XMLDocument {
    private let pointer: xmlDocPtr

    /// - Parameter namespaces: whether a prefix that is not declared is an error, as it is on an XMPP stream.
    /// - Throws: `XMLSyntaxError` with line and column.
    public init(_ bytes: [UInt8], namespaces: NamespaceCheck = .none) throws(XMLSyntaxError) {
        guard let parser = unsafe xmlNewParserCtxt() else { fatalError("libxml2 has no memory left") }
        defer { unsafe xmlFreeParserCtxt(parser) }
        unsafe parser.pointee.sax.pointee.serror = namespaces == .strict ? Self.stopAtError : Self.stopAtFatalError
        let parsed = unsafe bytes.withUnsafeBytes { buffer in
            unsafe xmlCtxtReadMemory(
                parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, "UTF-8",
                Int32(XML_PARSE_NONET.rawValue))
        }
        guard let parsed = unsafe parsed, unsafe parser.pointee.disableSAX == 0 else {
            unsafe xmlFreeDoc(parsed)
            throw unsafe XMLSyntaxError(parser.pointee.lastError)
        }
        unsafe pointer = parsed
    }

    public enum NamespaceCheck: Sendable {
        case none, strict
    }

    // What is wrong first is told, not what follows from it.
    private static let stopAtError: xmlStructuredErrorFunc = { parser, error in
        if let error = unsafe error, unsafe error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue {
            unsafe xmlStopParser(parser?.assumingMemoryBound(to: xmlParserCtxt.self))
        }
    }
    private static let stopAtFatalError: xmlStructuredErrorFunc = { parser, error in
        if let error = unsafe error, unsafe error.pointee.level == XML_ERR_FATAL {
            unsafe xmlStopParser(parser?.assumingMemoryBound(to: xmlParserCtxt.self))
        }
    }

    /// Hands over what the rest of this module works on.
    func withPointer<Result>(_ body: (xmlDocPtr) -> Result) -> Result { unsafe body(pointer) }

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

    /// The namespaces of the prefixes that are declared anywhere in the document; of one declared twice, the first.
    public var declaredPrefixes: [String: String] {
        var prefixes: [String: String] = [:]
        if let root = unsafe xmlDocGetRootElement(pointer) { unsafe Self.collectPrefixes(of: root, into: &prefixes) }
        return prefixes
    }

    @unsafe private static func collectPrefixes(of element: xmlNodePtr, into prefixes: inout [String: String]) {
        var declaration = unsafe element.pointee.nsDef
        while let current = unsafe declaration {
            let prefix = unsafe text(current.pointee.prefix)
            if !prefix.isEmpty, prefixes[prefix] == nil { unsafe prefixes[prefix] = text(current.pointee.href) }
            unsafe declaration = current.pointee.next
        }
        var child = unsafe element.pointee.children
        while let current = unsafe child {
            if unsafe current.pointee.type == XML_ELEMENT_NODE { unsafe collectPrefixes(of: current, into: &prefixes) }
            unsafe child = current.pointee.next
        }
    }

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

    init(_ error: xmlError) {
        let message = unsafe error.message.map { unsafe String(cString: $0) } ?? "not well-formed"
        self.message = message.filter { $0 != "\n" }
        line = max(1, Int(unsafe error.line))
        column = max(1, Int(unsafe error.int2))
    }
}
