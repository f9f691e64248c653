import CLibXML2

/// An XPath 1.0 expression that libxml2 accepts, with the prefixes that it uses bound.
///
/// A value: evaluating compiles it anew, which costs 3 µs.
public struct XPath: Sendable, Hashable {
    public let expression: String
    /// Namespaces by prefix.
    public let namespaces: [String: String]

    /// - Throws: `XPathSyntaxError` for what does not compile, and for prefixes, functions and variables that are unknown.
    public init(_ expression: String, namespaces: [String: String]) throws(XPathSyntaxError) {
        self.expression = expression
        self.namespaces = namespaces
        let context = Context(namespaces)
        try context.check(expression)
        for name in XPathNames(expression).all { try check(name, context) }
    }

    private func check(_ name: XPathNames.Name, _ context: Context) throws(XPathSyntaxError) {
        switch name.kind {
        case .prefix where namespaces[name.text] == nil:
            throw XPathSyntaxError(offset: name.offset, message: "no namespace has the prefix \(name.text)")
        case .function where !context.knows(function: name.text):
            throw XPathSyntaxError(offset: name.offset, message: "there is no function \(name.text)()")
        case .variable:
            throw XPathSyntaxError(offset: name.offset, message: "there is no variable $\(name.text)")
        case .prefix, .function: return
        }
    }

    /// How many operations an evaluation may take: some milliseconds.
    static let mostOperations: UInt = 100_000

    /// Whether the expression, as XPath's `boolean()` sees it, is true of the document: a node-set that is not empty, a
    /// number other than 0, a text of any length. false if it takes too many operations.
    public func isTrue(of document: XMLDocument) -> Bool {
        Context(namespaces).isTrue(expression, of: document)
    }
}

/// Why an expression is refused.
public struct XPathSyntaxError: Error, Sendable, Equatable {
    /// In code points from the expression's start.
    public let offset: Int
    public let message: String
}

/// What an expression is compiled and evaluated in.
@safe private final class Context {
    private let pointer: xmlXPathContextPtr

    init(_ namespaces: [String: String]) {
        guard let context = unsafe xmlXPathNewContext(nil) else { fatalError("libxml2 has no memory left") }
        unsafe pointer = context
        unsafe pointer.pointee.error = { _, _ in }  // else it writes to standard error
        unsafe pointer.pointee.opLimit = XPath.mostOperations
        for (prefix, name) in namespaces { unsafe xmlXPathRegisterNs(pointer, prefix, name) }
    }

    deinit { unsafe xmlXPathFreeContext(pointer) }

    func check(_ expression: String) throws(XPathSyntaxError) {
        guard let compiled = unsafe xmlXPathCtxtCompile(pointer, expression) else {
            let error = unsafe pointer.pointee.lastError
            throw XPathSyntaxError(
                offset: Self.codePoints(expression, bytes: Int(unsafe error.int1)),
                message: Self.words(code: Int(unsafe error.code)))
        }
        unsafe xmlXPathFreeCompExpr(compiled)
    }

    /// libxml2 keeps the words for its codes to itself.
    private static func words(code: Int) -> String {
        switch code - Int(XML_XPATH_EXPRESSION_OK.rawValue) {
        case Int(XPATH_UNFINISHED_LITERAL_ERROR.rawValue): "a quoted text without its closing quote"
        case Int(XPATH_INVALID_PREDICATE_ERROR.rawValue): "a predicate without its closing bracket"
        default: "it cannot be read on from here"
        }
    }

    private static func codePoints(_ text: String, bytes: Int) -> Int {
        String(decoding: text.utf8.prefix(bytes), as: UTF8.self).unicodeScalars.count
    }

    func knows(function: String) -> Bool { unsafe xmlXPathFunctionLookup(pointer, function) != nil }

    func isTrue(_ expression: String, of document: XMLDocument) -> Bool {
        guard let compiled = unsafe xmlXPathCtxtCompile(pointer, expression) else { return false }
        defer { unsafe xmlXPathFreeCompExpr(compiled) }
        return unsafe document.withPointer { document in
            unsafe pointer.pointee.doc = unsafe document
            unsafe pointer.pointee.node = unsafe UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self)
            return unsafe xmlXPathCompiledEvalToBoolean(compiled, pointer) == 1
        }
    }
}
