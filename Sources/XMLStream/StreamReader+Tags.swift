// Taking tags apart.

extension StreamReader {
    mutating func openTag(_ view: ByteView, _ end: Int, _ scratch: StanzaScratch) throws(XMLStreamError) -> UnitEnd {
        let isEmpty = view[end - 1] == 0x2F
        let element = UInt32(scratch.tokens.count)
        try addElement(view, until: isEmpty ? end - 1 : end, scratch)
        let isStrayError =
            scratch.open.isEmpty && phase != .stanzas && isStreamError(scratch.tokens[Int(element)], view)
        advance(to: end + 1)
        if scratch.open.isEmpty, phase != .stanzas, !isStrayError {
            guard !isEmpty else { throw error(.notWellFormed, at: end, "a stream that is closed in its header") }
            scratch.tokens[Int(element)].valueEnd = UInt32(end + 1)
            scratch.tokens[Int(element)].next = UInt32(scratch.tokens.count)
            return .done(.header(end + 1))
        }
        guard !isEmpty else { return finish(element, view, at: end + 1, scratch) }
        scratch.open.append(element)
        if scratch.open.count > limits.depth {
            throw error(.tooDeep, at: end, "more than \(limits.depth) elements deep")
        }
        return .goOn
    }

    /// `<stream:error>` may come before any header (RFC 6120 section 4.9.1.2 asks for one, servers that stop forget it).
    private func isStreamError(_ token: Token, _ view: ByteView) -> Bool {
        view.equals(token.localRange, "error") && view.equals(token.prefixRange, "stream")
    }

    mutating func closeTag(_ view: ByteView, _ end: Int, _ scratch: StanzaScratch) throws(XMLStreamError) -> UnitEnd {
        let start = cursor.unit + 2
        var nameEnd = end
        while nameEnd > start, CharacterRules.isSpace(view[nameEnd - 1]) { nameEnd -= 1 }
        let name = start..<nameEnd
        guard let element = scratch.open.last else { return try closeStream(view, name, end) }
        guard view.equals(name, scratch.tokens[Int(element)].nameRange) else {
            throw error(.notWellFormed, at: start, "an end tag that does not match")
        }
        scratch.open.removeLast()
        advance(to: end + 1)
        return finish(element, view, at: end + 1, scratch)
    }

    private func closeStream(_ view: ByteView, _ name: Range<Int>, _ end: Int) throws(XMLStreamError) -> UnitEnd {
        let isRoot = view.equals(name, scope.rootName)
        let isStrayEnd = scope === NamespaceScope.none && view.equals(name, "stream:stream")
        guard isRoot || isStrayEnd else {
            throw error(.notWellFormed, at: name.lowerBound, "an end tag without a start")
        }
        return .done(.closed(end + 1))
    }

    private func finish(_ element: UInt32, _ view: ByteView, at end: Int, _ scratch: StanzaScratch) -> UnitEnd {
        scratch.declarations.leave(element, of: scratch.tokens, in: view)
        scratch.tokens[Int(element)].valueEnd = UInt32(end)
        scratch.tokens[Int(element)].next = UInt32(scratch.tokens.count)
        return scratch.open.isEmpty ? .done(.stanza(end)) : .goOn
    }

    private func addElement(_ view: ByteView, until end: Int, _ scratch: StanzaScratch) throws(XMLStreamError) {
        let element = scratch.tokens.count
        var token = Token(
            kind: .element, parent: scratch.open.last ?? Token.none, start: UInt32(cursor.unit + 1))
        var position = try name(view, from: cursor.unit + 1, before: end, into: &token)
        scratch.tokens.append(token)
        while position < end {
            let spaced = skipSpace(view, position, end)
            guard spaced < end else { break }
            guard spaced > position else { throw error(.notWellFormed, at: position, "no space before an attribute") }
            position = try addAttribute(view, from: spaced, before: end, of: UInt32(element), scratch)
            scratch.tokens[element].attributes += 1
            if scratch.tokens[element].attributes > limits.attributes {
                throw error(.tooManyAttributes, at: position, "more than \(limits.attributes) attributes")
            }
        }
        try checkNames(view, element, scratch)
    }

    private func addAttribute(
        _ view: ByteView, from start: Int, before end: Int, of element: UInt32, _ scratch: StanzaScratch
    ) throws(XMLStreamError) -> Int {
        var token = Token(kind: .attribute, parent: element, start: UInt32(start))
        let equals = skipSpace(view, try name(view, from: start, before: end, into: &token), end)
        guard equals < end, view[equals] == 0x3D else {
            throw error(.notWellFormed, at: equals, "an attribute without `=`")
        }
        let open = skipSpace(view, equals + 1, end)
        guard open < end, view[open] == 0x22 || view[open] == 0x27,
            let close = view.first(view[open], in: open + 1..<end)
        else { throw error(.notWellFormed, at: open, "an attribute without quotes") }
        let outer = token.prefixLength > 0 ? token.prefixRange : token.nameRange
        token.isDeclaration = view.equals(outer, "xmlns")
        token.valueStart = UInt32(open + 1)
        token.valueEnd = UInt32(close)
        token.needsDecoding = try checkValue(view, open + 1..<close)
        scratch.tokens.append(token)
        return close + 1
    }

    /// - Returns: whether decoding changes the value.
    private func checkValue(_ view: ByteView, _ range: Range<Int>) throws(XMLStreamError) -> Bool {
        var position = view.firstSpecial(in: range)
        while position < range.upperBound, view[position] == 0x3E {
            position = view.firstSpecial(in: position + 1..<range.upperBound)
        }
        guard position < range.upperBound else { return false }
        let hasReferences = try check(view, range, allowsReferences: true)
        return hasReferences || range.contains { view[$0] == 0x9 || view[$0] == 0xA }
    }

    private func skipSpace(_ view: ByteView, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position < end, CharacterRules.isSpace(view[position]) { position += 1 }
        return position
    }

    /// Reads a qualified name (Namespaces in XML 1.0, production 7).
    ///
    /// - Returns: the place after it.
    private func name(
        _ view: ByteView, from start: Int, before end: Int, into token: inout Token
    ) throws(XMLStreamError) -> Int {
        var position = start
        var startsPart = true
        while position < end {
            let byte = view[position]
            if byte == 0x3A {
                guard !startsPart, token.prefixLength == 0 else {
                    throw error(.notWellFormed, at: position, "a colon out of place")
                }
                token.prefixLength = UInt16(clamping: position - start)
                startsPart = true
                position += 1
                continue
            }
            guard let length = try nameCharacter(view, position, end, isFirst: startsPart) else { break }
            startsPart = false
            position += length
            position = view.endOfPlainName(in: position..<end)
        }
        guard !startsPart else { throw error(.notWellFormed, at: position, "a name is missing") }
        guard position - start <= 1024 else { throw error(.tooBig, at: start, "a name of more than 1024 bytes") }
        token.nameLength = UInt16(position - start)
        return position
    }

    /// The length of the name character at a place; nil if it ends the name.
    private func nameCharacter(
        _ view: ByteView, _ position: Int, _ end: Int, isFirst: Bool
    ) throws(XMLStreamError) -> Int? {
        let byte = view[position]
        if byte < 0x80 {
            let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == 0x5F
            return isLetter || (!isFirst && CharacterRules.continuesName(UInt32(byte))) ? 1 : nil
        }
        guard let scalar = view.scalar(at: position, before: end) else {
            throw error(.invalidCharacter, at: position, "not UTF-8")
        }
        return (isFirst ? CharacterRules.startsName(scalar.value) : CharacterRules.continuesName(scalar.value))
            ? scalar.length : nil
    }
}

// MARK: - Namespaces

extension StreamReader {
    /// Checks declarations, prefixes and uniqueness once all attributes are known, and notes what each prefix stands for
    /// (Namespaces in XML 1.0, sections 3 and 6.3).
    private func checkNames(_ view: ByteView, _ element: Int, _ scratch: StanzaScratch) throws(XMLStreamError) {
        let attributes = element + 1..<scratch.tokens.count
        var hasPrefixed = false
        for index in attributes {
            let attribute = scratch.tokens[index]
            if attribute.isDeclaration {
                try checkDeclaration(view, attribute)
                scratch.declarations.push(UInt32(index), of: scratch.tokens, in: view)
            } else if attribute.prefixLength > 0 {
                hasPrefixed = true
            }
        }
        scratch.tokens[element].binding = try binding(view, element, scratch)
        if hasPrefixed { try bindAttributes(view, attributes, scratch) }
        guard attributes.count > 1 else { return }
        if let twice = scratch.names.firstTwice(attributes, scratch.tokens, in: view, scope) {
            throw error(.notWellFormed, at: Int(scratch.tokens[twice].start), "an attribute twice")
        }
    }

    /// Most elements have the prefix of the one around them, and declare nothing.
    private func binding(
        _ view: ByteView, _ element: Int, _ scratch: StanzaScratch
    ) throws(XMLStreamError) -> NamespaceBinding {
        let token = scratch.tokens[element]
        if let parent = scratch.open.last.map({ scratch.tokens[Int($0)] }), token.attributes == 0,
            view.equals(token.prefixRange, parent.prefixRange)
        {
            return parent.binding
        }
        return try bound(view, token, scratch)
    }

    private func bindAttributes(
        _ view: ByteView, _ attributes: Range<Int>, _ scratch: StanzaScratch
    ) throws(XMLStreamError) {
        for index in attributes {
            let attribute = scratch.tokens[index]
            guard !attribute.isDeclaration, attribute.prefixLength > 0 else { continue }
            scratch.tokens[index].binding = try bound(view, attribute, scratch)
        }
    }

    private func bound(
        _ view: ByteView, _ token: Token, _ scratch: StanzaScratch
    ) throws(XMLStreamError) -> NamespaceBinding {
        let prefix = token.prefixRange
        if view.equals(prefix, "xmlns") {
            throw error(.unboundPrefix, at: Int(token.start), "the prefix xmlns on an element")
        }
        if let declared = scratch.declarations.innermost(of: prefix, among: scratch.tokens, in: view) {
            return .declared(declared)
        }
        guard let binding = scope.binding(of: prefix, in: view) else {
            throw error(.unboundPrefix, at: Int(token.start), "the prefix \(view.string(prefix)) is not bound")
        }
        return binding
    }

    private func checkDeclaration(_ view: ByteView, _ attribute: Token) throws(XMLStreamError) {
        let prefix = attribute.declaredPrefix
        let isXML = view.equals(prefix, "xml")
        let isAllowed =
            !view.equals(prefix, "xmlns") && !attribute.hasValue(NamespaceScope.xmlns, in: view)
            && isXML == attribute.hasValue(NamespaceScope.xml, in: view)
            && (prefix.isEmpty || !attribute.hasValue([], in: view))
        if !isAllowed {
            throw error(.notWellFormed, at: Int(attribute.start), "a namespace declaration that is not allowed")
        }
    }
}

extension Token {
    /// Whether an attribute's decoded value is this one. It is read no further than to the first difference.
    func hasValue(_ bytes: [UInt8], in view: ByteView) -> Bool {
        guard needsDecoding else { return view.equals(valueRange, bytes) }
        var matched = 0
        let isWhole = Text.forEachDecoded(self, in: view) { byte in
            guard matched < bytes.count, bytes[matched] == byte else { return false }
            matched += 1
            return true
        }
        return isWhole && matched == bytes.count
    }

    func hasValue(_ literal: StaticString, in view: ByteView) -> Bool {
        guard needsDecoding else { return view.equals(valueRange, literal) }
        return hasValue(Array(literal.description.utf8), in: view)
    }

    /// The prefix that a declaration binds; empty for the default namespace.
    var declaredPrefix: Range<Int> { prefixLength > 0 ? localRange : Int(start)..<Int(start) }
}
