/// A view of one element of the stanza under the scanner. Cheap to copy; nothing is decoded or copied until asked for.
///
/// Valid until the next call of ``StreamReader/next(_:using:)`` with the same scratch; a later use traps.
@safe public struct Element {
    let scratch: StanzaScratch
    let index: Int
    private let generation: UInt64

    init(_ scratch: StanzaScratch, _ index: Int) {
        self.scratch = scratch
        self.index = index
        generation = scratch.generation
    }

    func check() { precondition(generation == scratch.generation, "an element was used after its stanza was left") }

    var token: Token {
        check()
        return scratch.tokens[index]
    }

    private var view: ByteView { scratch.view }

    // MARK: Names

    /// Whether the element has this local name, whatever its namespace.
    public func hasName(_ localName: StaticString) -> Bool { view.equals(token.localRange, localName) }

    public func isInNamespace(_ namespace: StaticString) -> Bool {
        scratch.isNamespace(of: token, namespace)
    }

    /// Whether the element has this expanded name.
    public func matches(_ localName: StaticString, _ namespace: StaticString) -> Bool {
        hasName(localName) && isInNamespace(namespace)
    }

    public var localName: String { view.string(token.localRange) }
    public var prefix: String { view.string(token.prefixRange) }
    public var namespace: String { namespace(of: token) }

    private func namespace(of token: Token) -> String { String(decoding: scratch.namespace(of: token), as: UTF8.self) }

    // MARK: Attributes

    /// The attribute of this name without a namespace.
    public func attribute(_ name: StaticString) -> Text? {
        attributeTokens.first { view.equals(scratch.tokens[$0].nameRange, name) }.map {
            Text(element: self, attribute: $0)
        }
    }

    /// The attribute of this expanded name, such as `lang` in `http://www.w3.org/XML/1998/namespace`.
    public func attribute(_ name: StaticString, namespace: StaticString) -> Text? {
        attributeTokens.first { place in
            let token = scratch.tokens[place]
            guard token.prefixLength > 0, view.equals(token.localRange, name) else { return false }
            return scratch.isNamespace(of: token, namespace)
        }.map { Text(element: self, attribute: $0) }
    }

    public struct Attribute: Hashable, Sendable {
        public let localName: String
        /// Empty for none.
        public let namespace: String
        public let value: String
    }

    /// All attributes but the namespace declarations, decoded.
    public var attributes: [Attribute] {
        attributeTokens.filter { !scratch.tokens[$0].isDeclaration }.map { place in
            let token = scratch.tokens[place]
            return Attribute(
                localName: view.string(token.localRange),
                namespace: token.prefixLength > 0 ? namespace(of: token) : "",
                value: Text(element: self, attribute: place).string)
        }
    }

    private var attributeTokens: Range<Int> { index + 1..<index + 1 + Int(token.attributes) }

    // MARK: Content

    /// The character data directly in this element.
    public var text: Text { Text(element: self, attribute: nil) }

    /// The elements directly in this one, in order.
    public var children: Children { Children(self) }

    public var firstChild: Element? { children.first { _ in true } }

    public func firstChild(_ localName: StaticString, _ namespace: StaticString) -> Element? {
        children.first { $0.matches(localName, namespace) }
    }

    /// The tokens of what is directly in this element: elements and runs of text.
    var contents: Contents { Contents(self) }

    struct Contents: Sequence, IteratorProtocol {
        let scratch: StanzaScratch
        /// Where the next token is.
        private(set) var place: Int
        private let end: Int

        init(_ element: Element) {
            let token = element.token
            scratch = element.scratch
            place = element.index + 1 + Int(token.attributes)
            end = Int(token.next)
        }

        mutating func next() -> Token? {
            guard place < end else { return nil }
            let token = scratch.tokens[place]
            place = token.kind == .element ? Int(token.next) : place + 1
            return token
        }
    }

    public struct Children: Sequence, IteratorProtocol {
        private var contents: Contents

        init(_ element: Element) { contents = element.contents }

        public mutating func next() -> Element? {
            while true {
                let place = contents.place
                guard let token = contents.next() else { return nil }
                if token.kind == .element { return Element(contents.scratch, place) }
            }
        }
    }

    // MARK: Source

    private var source: Range<Int> { Int(token.start) - 1..<Int(token.valueEnd) }

    /// The bytes as the server sent them.
    public func copyBytes() -> [UInt8] { view.array(source) }

    /// The element as a document of its own: declarations that it inherits are added to its start tag.
    public func standalone() -> [UInt8] {
        let name = token.nameRange
        var bytes = view.array(Int(token.start) - 1..<name.upperBound)
        for (prefix, namespace) in inheritedDeclarations {
            bytes += " xmlns".utf8
            if !prefix.isEmpty { bytes += ":".utf8 }
            bytes += prefix
            bytes += "='".utf8
            bytes += namespace
            bytes += "'".utf8
        }
        return bytes + view.array(name.upperBound..<source.upperBound)
    }

    /// What is declared around the element and not by it, the innermost of each prefix, with the namespace's name escaped.
    private var inheritedDeclarations: [(prefix: [UInt8], namespace: [UInt8])] {
        var known = Set(declarations(of: index).map(\.prefix))
        var inherited: [(prefix: [UInt8], namespace: [UInt8])] = []
        var place = token.parent
        while place != Token.none {
            inherited += declarations(of: Int(place)).filter { known.insert($0.prefix).inserted }
            place = scratch.tokens[Int(place)].parent
        }
        return inherited
            + scratch.scope.bindings.filter { known.insert($0.prefix).inserted }.map { ($0.prefix, $0.name.escaped) }
    }

    private func declarations(of element: Int) -> [(prefix: [UInt8], namespace: [UInt8])] {
        let attributes = element + 1..<element + 1 + Int(scratch.tokens[element].attributes)
        return attributes.map { scratch.tokens[$0] }.filter(\.isDeclaration).map {
            (view.array($0.declaredPrefix), Text.decode($0, in: view).escaped)
        }
    }
}

extension Array<UInt8> {
    /// As the value of an attribute in single quotes.
    fileprivate var escaped: [UInt8] {
        flatMap { byte -> [UInt8] in
            switch byte {
            case 0x26: Array("&amp;".utf8)
            case 0x27: Array("&apos;".utf8)
            case 0x3C: Array("&lt;".utf8)
            case 0x09, 0x0A, 0x0D: Array("&#\(byte);".utf8)
            default: [byte]
            }
        }
    }
}

extension StanzaScratch {
    /// What the prefix of an element or an attribute stands for.
    func namespace(of token: Token) -> [UInt8] {
        if let declaration = token.binding.token { return Text.decode(tokens[declaration], in: view) }
        return token.binding.headerNumber.map { scope.bindings[$0].name }
            ?? NamespaceScope.builtIn(token.prefixRange, in: view)
    }

    /// Whether it stands for this namespace; nothing is allocated.
    func isNamespace(of token: Token, _ namespace: StaticString) -> Bool {
        if let declaration = token.binding.token { return tokens[declaration].hasValue(namespace, in: view) }
        return token.binding.headerNumber.map { scope.bindings[$0].name.matches(namespace) }
            ?? NamespaceScope.builtIn(token.prefixRange, in: view).matches(namespace)
    }
}
