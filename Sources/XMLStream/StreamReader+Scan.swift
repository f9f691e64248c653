// One pass over the stanza, unit by unit: a unit is a tag or a run of text. Its end is searched for first, keeping the
// place when a read cuts it; then it is taken apart once.

extension StreamReader {
    /// Goes on until the stanza is complete; nil if the bytes end before.
    mutating func scan(_ view: ByteView, _ scratch: StanzaScratch) throws(XMLStreamError) -> ScanEnd? {
        while cursor.unit < view.count {
            let end = try scanUnit(view, scratch)
            if cursor.unit > limit { throw error(.tooBig, view, "more than \(limit) bytes") }
            switch end {
            case .incomplete:
                if view.count > limit { throw error(.tooBig, view, "more than \(limit) bytes") }
                return nil
            case .goOn: continue
            case .done(.header(let count)) where count > limit:
                throw error(.tooBig, view, "more than \(limit) bytes")
            case .done(let end): return end
            }
        }
        return nil
    }

    /// Of what is under the scanner.
    private var limit: Int { phase == .stanzas ? limits.stanzaBytes : min(limits.headerBytes, limits.stanzaBytes) }

    enum UnitEnd {
        case incomplete, goOn
        case done(ScanEnd)
    }

    private mutating func scanUnit(_ view: ByteView, _ scratch: StanzaScratch) throws(XMLStreamError) -> UnitEnd {
        guard view[cursor.unit] == 0x3C else { return try scanText(view, scratch) }
        guard cursor.unit + 1 < view.count else { return .incomplete }
        switch view[cursor.unit + 1] {
        case 0x21: return try scanCDATA(view, scratch)
        case 0x3F: return try scanDeclaration(view)
        case 0x2F:
            guard let end = try tagEnd(view) else { return .incomplete }
            return try closeTag(view, end, scratch)
        default:
            guard let end = try tagEnd(view) else { return .incomplete }
            return try openTag(view, end, scratch)
        }
    }

    /// The place of the `>` that ends the tag under the scanner. Quotes may stand only after `=`, so that a stray one
    /// does not swallow what follows.
    private mutating func tagEnd(_ view: ByteView) throws(XMLStreamError) -> Int? {
        var position = max(cursor.search, cursor.unit + 1)
        while true {
            if cursor.quote != 0 {
                guard let close = try closingQuote(view, from: position) else { break }
                cursor.quote = 0
                position = close + 1
            }
            position = view.firstOfTag(from: position)
            guard position < view.count else { break }
            switch view[position] {
            case 0x3E: return position
            case 0x3C: throw error(.notWellFormed, at: position, "`<` in a tag")
            default:
                guard lastOfTag(view, before: position) == 0x3D else {
                    throw error(.notWellFormed, at: position, "a quote without `=`")
                }
                cursor.quote = view[position]
                position += 1
            }
        }
        cursor.search = view.count
        return nil
    }

    /// The last byte of the tag under the scanner before a place that is no white space.
    func lastOfTag(_ view: ByteView, before end: Int) -> UInt8 {
        var position = end - 1
        while position > cursor.unit, CharacterRules.isSpace(view[position]) { position -= 1 }
        return view[position]
    }

    private func closingQuote(_ view: ByteView, from position: Int) throws(XMLStreamError) -> Int? {
        let close = view.first(cursor.quote, in: position..<view.count)
        if let less = view.first(0x3C, in: position..<(close ?? view.count)) {
            throw error(.notWellFormed, at: less, "`<` in an attribute")
        }
        return close
    }

    /// The next unit begins here.
    mutating func advance(to position: Int) { cursor = Cursor(unit: position) }

    func error(_ code: XMLStreamError.Code, at offset: Int, _ reason: String) -> XMLStreamError {
        XMLStreamError(code: code, offset: offset, reason: reason)
    }

    private func error(_ code: XMLStreamError.Code, _ view: ByteView, _ reason: String) -> XMLStreamError {
        error(code, at: view.count, reason)
    }
}

// MARK: - Text

extension StreamReader {
    private mutating func scanText(_ view: ByteView, _ scratch: StanzaScratch) throws(XMLStreamError) -> UnitEnd {
        guard !scratch.open.isEmpty else { throw textOutside(view) }
        var position = max(cursor.search, cursor.unit)
        while true {
            position = view.firstSpecial(from: position)
            guard position < view.count else {
                cursor.search = view.count
                return .incomplete
            }
            switch view[position] {
            case 0x3C:
                try addText(view, cursor.unit..<position, scratch)
                advance(to: position)
                return .goOn
            case 0x26: cursor.hasReference = true
            case 0x3E:
                let isEndOfCDATA =
                    position >= cursor.unit + 2 && view[position - 1] == 0x5D && view[position - 2] == 0x5D
                if isEndOfCDATA { throw error(.notWellFormed, at: position, "`]]>` in text") }
            default: cursor.hasUnusual = true
            }
            position += 1
        }
    }

    private func addText(_ view: ByteView, _ range: Range<Int>, _ scratch: StanzaScratch) throws(XMLStreamError) {
        var needsDecoding = false
        if cursor.hasReference || cursor.hasUnusual { needsDecoding = try check(view, range, allowsReferences: true) }
        append(.text, range, needsDecoding: needsDecoding, scratch)
    }

    func append(_ kind: Token.Kind, _ range: Range<Int>, needsDecoding: Bool, _ scratch: StanzaScratch) {
        var token = Token(kind: kind, parent: scratch.open.last ?? Token.none, start: UInt32(range.lowerBound))
        token.needsDecoding = needsDecoding
        token.valueEnd = UInt32(range.upperBound)
        scratch.tokens.append(token)
    }

    /// Checks characters and references one by one.
    ///
    /// - Returns: whether decoding changes anything.
    func check(_ view: ByteView, _ range: Range<Int>, allowsReferences: Bool) throws(XMLStreamError) -> Bool {
        var needsDecoding = false
        var position = range.lowerBound
        while position < range.upperBound {
            if view[position] == 0x26, allowsReferences {
                guard let reference = view.reference(at: position, before: range.upperBound) else {
                    throw error(.restricted, at: position, "an entity that is not predefined")
                }
                needsDecoding = true
                position = reference.end
                continue
            }
            if view[position] == 0x0D { needsDecoding = true }
            guard let scalar = view.scalar(at: position, before: range.upperBound) else {
                throw error(.invalidCharacter, at: position, "not UTF-8")
            }
            guard CharacterRules.isAllowed(scalar.value) else {
                throw error(.invalidCharacter, at: position, "the character U+\(hexadecimal(scalar.value))")
            }
            position += scalar.length
        }
        return needsDecoding
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

// MARK: - CDATA and the XML declaration

extension StreamReader {
    private static let cdata: StaticString = "<![CDATA["

    private mutating func scanCDATA(_ view: ByteView, _ scratch: StanzaScratch) throws(XMLStreamError) -> UnitEnd {
        let start = cursor.unit + 9
        for (place, byte) in Self.cdataStart.enumerated() {
            guard cursor.unit + place < view.count else { return .incomplete }
            if view[cursor.unit + place] != byte {
                throw error(.restricted, at: cursor.unit, "a comment or document type")
            }
        }
        guard !scratch.open.isEmpty else { throw error(.notWellFormed, at: cursor.unit, "text outside a stanza") }
        var position = max(cursor.search, start)
        while let close = view.first(0x3E, in: position..<max(position, view.count)) {
            if close >= start + 2, view[close - 1] == 0x5D, view[close - 2] == 0x5D {
                let needsDecoding = try check(view, start..<close - 2, allowsReferences: false)
                append(.cdata, start..<close - 2, needsDecoding: needsDecoding, scratch)
                advance(to: close + 1)
                return .goOn
            }
            position = close + 1
        }
        cursor.search = view.count
        return .incomplete
    }

    private static let cdataStart = Array("<![CDATA[".utf8)

    private mutating func scanDeclaration(_ view: ByteView) throws(XMLStreamError) -> UnitEnd {
        guard phase == .prolog, cursor.unit == 0 else {
            throw error(.restricted, at: cursor.unit, instruction(view))
        }
        for (place, byte) in Array("<?xml".utf8).enumerated() {
            guard place < view.count else { return .incomplete }
            if view[place] != byte { throw error(.restricted, at: 0, "a processing instruction") }
        }
        guard let close = view.first(0x3E, in: max(5, cursor.search)..<max(5, cursor.search, view.count)) else {
            cursor.search = max(5, view.count)
            return .incomplete
        }
        let isUsual = Self.usualDeclarations.contains { view.equals(0..<close + 1, $0) }
        guard isUsual || Self.isDeclaration(view.string(5..<close)) else {
            throw error(.notWellFormed, at: 0, "an XML declaration that is not of version 1 in UTF-8")
        }
        phase = .header
        return .done(.declaration(close + 1))
    }

    /// As Openfire, Prosody, ejabberd and the embedded server write it: no need to take it apart.
    private static let usualDeclarations: [StaticString] = [
        "<?xml version='1.0'?>", "<?xml version='1.0' encoding='UTF-8'?>",
    ]

    /// What may stand between `<?xml` and `>` (XML 1.0 production 23), in UTF-8.
    private static func isDeclaration(_ text: String) -> Bool {
        guard text.last == "?" else { return false }
        var fields = text.dropLast().split(whereSeparator: { $0.isWhitespace }).map { $0.replacing("\"", with: "'") }
        guard text.first?.isWhitespace == true, !fields.isEmpty, fields.removeFirst().hasPrefix("version='1.") else {
            return false
        }
        if fields.first == "standalone='yes'" || fields.first == "standalone='no'" { fields.removeFirst() }
        if let encoding = fields.first {
            guard encoding.lowercased() == "encoding='utf-8'" else { return false }
            fields.removeFirst()
        }
        return fields.isEmpty || fields == ["standalone='yes'"] || fields == ["standalone='no'"]
    }
}
