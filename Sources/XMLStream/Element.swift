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
        let token = token
        if let declaration = scratch.declaration(of: token.prefixRange, at: index, in: view) {
            return declaration.needsDecoding
                ? Text.decode(declaration, in: view).elementsEqual(namespace.description.utf8)
                : view.equals(declaration.valueRange, namespace)
        }
        return scratch.scope.namespace(of: token.prefixRange, in: view)?.matches(namespace) == true
    }

    /// Whether the element has this expanded name.
    public func matches(_ localName: StaticString, _ namespace: StaticString) -> Bool {
        hasName(localName) && isInNamespace(namespace)
    }

    public var localName: String { view.string(token.localRange) }
    public var prefix: String { view.string(token.prefixRange) }
    public var namespace: String { namespace(of: token.prefixRange) }

    private func namespace(of prefix: Range<Int>) -> String {
        String(decoding: scratch.namespace(of: prefix, at: index, in: view, scratch.scope) ?? [], as: UTF8.self)
    }

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
            return scratch.namespace(of: token.prefixRange, at: index, in: view, scratch.scope)?.matches(namespace)
                == true
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
                namespace: token.prefixLength > 0 ? namespace(of: token.prefixRange) : "",
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
        for binding in scratch.scope.bindings where !declares(binding.prefix) {
            bytes += " xmlns".utf8
            if !binding.prefix.isEmpty { bytes += ":".utf8 }
            bytes += binding.prefix
            bytes += "='".utf8
            bytes += binding.name
            bytes += "'".utf8
        }
        return bytes + view.array(name.upperBound..<source.upperBound)
    }

    private func declares(_ prefix: [UInt8]) -> Bool {
        attributeTokens.contains { place in
            let token = scratch.tokens[place]
            return token.isDeclaration && view.equals(token.declaredPrefix, prefix)
        }
    }
}
