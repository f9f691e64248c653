/// Character data as it stands in the buffer; decoded only when asked. Valid as long as its element is.
@safe public struct Text {
    let element: Element
    /// The attribute's token; nil for the text of the element itself.
    let attribute: Int?

    /// The runs of character data that make up the value.
    private var runs: [Token] {
        element.check()
        if let attribute { return [element.scratch.tokens[attribute]] }
        return element.contents.filter { $0.kind != .element }
    }

    /// The one run, if there is just one and it stands as it is meant.
    private var plainRange: Range<Int>? {
        element.check()
        if let attribute { return Self.plainRange(of: element.scratch.tokens[attribute]) }
        var only: Token?
        for token in element.contents where token.kind != .element {
            guard only == nil else { return nil }
            only = token
        }
        return only.map(Self.plainRange(of:)) ?? 0..<0
    }

    private static func plainRange(of run: Token) -> Range<Int>? { run.needsDecoding ? nil : range(of: run) }

    private static func range(of token: Token) -> Range<Int> {
        token.kind == .attribute ? token.valueRange : token.textRange
    }

    public var isEmpty: Bool { plainRange?.isEmpty ?? runs.allSatisfy { Self.range(of: $0).isEmpty } }

    /// Compares without decoding where nothing is to be decoded.
    public func equals(_ literal: StaticString) -> Bool {
        if let range = plainRange { return element.scratch.view.equals(range, literal) }
        return string == literal.description
    }

    /// The same for text that is not known when this is compiled.
    public func equals(_ text: String) -> Bool {
        guard let range = plainRange else { return string == text }
        return element.scratch.view.equals(range, text.utf8)
    }

    public var string: String {
        if let range = plainRange { return element.scratch.view.string(range) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The decoded text in UTF-8.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends the decoded text in UTF-8.
    public func append(to bytes: inout [UInt8]) {
        for run in runs { Self.decode(run, in: element.scratch.view, to: &bytes) }
    }

    static func decode(_ token: Token, in view: ByteView) -> [UInt8] {
        var bytes: [UInt8] = []
        decode(token, in: view, to: &bytes)
        return bytes
    }

    /// References become characters, line ends become U+000A, and in attributes white space becomes a space (XML 1.0
    /// sections 2.11, 3.3.3 and 4.6).
    private static func decode(_ token: Token, in view: ByteView, to bytes: inout [UInt8]) {
        guard token.needsDecoding else { return view.append(range(of: token), to: &bytes) }
        _ = forEachDecoded(token, in: view) { byte in
            bytes.append(byte)
            return true
        }
    }

    /// Visits the decoded bytes of an attribute or a run of text until the body returns false.
    ///
    /// - Returns: whether all of them were visited.
    static func forEachDecoded(_ token: Token, in view: ByteView, _ body: (UInt8) -> Bool) -> Bool {
        let range = range(of: token)
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = view[position]
            if byte == 0x26, token.kind != .cdata,
                let reference = view.reference(at: position, before: range.upperBound)
            {
                let scalar = Unicode.Scalar(reference.value).flatMap { UTF8.encode($0) }
                guard (scalar ?? UTF8.encodedReplacementCharacter).allSatisfy(body) else { return false }
                position = reference.end
                continue
            }
            position += 1
            let isLineEnd = byte == 0x0D
            if isLineEnd, position < range.upperBound, view[position] == 0x0A { position += 1 }
            let isSpace = isLineEnd || byte == 0x0A || byte == 0x09
            guard body(token.kind == .attribute && isSpace ? 0x20 : isLineEnd ? 0x0A : byte) else { return false }
        }
        return true
    }
}
