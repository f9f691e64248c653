/// Reads one XML stream (RFC 6120 section 4), resumable at every byte.
///
/// A stanza that lies whole in a chunk is looked at where it is: nothing is copied, nothing is allocated. One that is cut
/// by a read is kept until it is complete, bounded by the limits; time is linear however small the reads are, because
/// the scanner keeps its place. At a stanza boundary a reader holds no memory of its own.
public struct StreamReader: Sendable {
    public struct Limits: Sendable, Equatable {
        /// Of a stanza with its tags, in bytes.
        public var stanzaBytes = 256 * 1024
        /// Of the header, whose namespaces are kept as long as the stream is.
        public var headerBytes = 16 * 1024
        public var depth = 64
        public var attributes = 128

        public init() {}
    }

    let limits: Limits
    var scope = NamespaceScope.none
    var phase = Phase.prolog
    /// The bytes of a stanza that is not complete, and how far it was scanned.
    var tail: [UInt8] = []
    var cursor = Cursor()
    /// The tokens of an incomplete stanza, while other streams use the scratch.
    var suspended: Suspended?
    /// Nothing but white space has come since `init` or `restart`.
    public private(set) var hasReceivedNothing = true
    /// Another stream came before on the same connection: white space may be its last word.
    private var isContinued = false

    enum Phase: Sendable { case prolog, header, stanzas, closed }

    /// Where the scanner stands within a stanza.
    struct Cursor: Sendable {
        /// The start of the tag or text under the scanner, relative to the stanza.
        var unit = 0
        /// How far the end of that unit was looked for.
        var search = 0
        /// Inside a tag: the quote that is open, or 0.
        var quote: UInt8 = 0
        /// The text under the scanner holds a reference, or bytes beyond printable ASCII.
        var hasReference = false
        var hasUnusual = false
    }

    struct Suspended: Sendable {
        var tokens: [Token]
        var open: [UInt32]
        var declarations: DeclarationStack
        var names: AttributeNames

        var bytes: Int { tokens.count * MemoryLayout<Token>.stride }
    }

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Forgets the stream: what follows is a new header (RFC 6120 section 4.3.3). White space before it belongs to what
    /// was forgotten.
    public mutating func restart() {
        self = StreamReader(limits: limits)
        isContinued = true
    }

    /// Forgets everything: what follows comes over a new connection.
    public mutating func reset() { self = StreamReader(limits: limits) }

    /// Whether no stream has begun.
    public var isBeforeHeader: Bool { phase == .prolog || phase == .header }

    /// How much is kept of what is not complete, in bytes: as it came, and taken apart.
    public var keptBytes: Int { tail.count + (suspended?.bytes ?? 0) }

    /// Whether a stanza has begun that is not complete.
    public var isWithinStanza: Bool { !tail.isEmpty }

    /// The next event in the chunk; nil when it is used up.
    ///
    /// - Throws: `XMLStreamError`; the stream is of no use afterwards.
    public mutating func next(
        _ chunk: inout Chunk, using scratch: StanzaScratch
    ) throws(XMLStreamError) -> StreamEvent? {
        scratch.forget()
        while true {
            if tail.isEmpty { skipSpace(&chunk) }
            guard chunk.remaining > 0, phase != .closed else {
                chunk.discard()
                return nil
            }
            hasReceivedNothing = false
            let (end, view) = tail.isEmpty ? try readInPlace(&chunk, scratch) : try readAssembled(&chunk, scratch)
            guard let end else { return nil }
            if let event = event(end, view, scratch) { return event }
        }
    }

    /// White space between stanzas is a keepalive (RFC 6120 section 4.6.1).
    private mutating func skipSpace(_ chunk: inout Chunk) {
        let view = chunk.view
        var count = 0
        while count < view.count, CharacterRules.isSpace(view[count]) { count += 1 }
        chunk.consume(count)
        // An XML declaration may only come first.
        if count > 0, phase == .prolog, !isContinued { phase = .header }
    }

    private mutating func readInPlace(
        _ chunk: inout Chunk, _ scratch: StanzaScratch
    ) throws(XMLStreamError) -> (ScanEnd?, ByteView) {
        scratch.tokens.removeAll(keepingCapacity: true)
        if !scratch.open.isEmpty { scratch.open.removeAll(keepingCapacity: true) }
        scratch.declarations.removeAll()
        scratch.names.removeAll()
        let view = chunk.view
        let context = KnownShapes.Context(isHeader: phase != .stanzas, scope: scope, limits: limits)
        if let count = scratch.known.recall(view, context, into: &scratch.tokens) {
            chunk.consume(count)
            return (context.isHeader ? .header(count) : .stanza(count), view)
        }
        guard let end = try scan(view, scratch) else {
            chunk.append(to: &tail)
            chunk.discard()
            suspend(scratch)
            return (nil, view)
        }
        if end.isWhole(isHeader: context.isHeader) {
            scratch.known.note(view, count: end.count, scratch.tokens, context)
        }
        chunk.consume(end.count)
        return (end, view)
    }

    private mutating func readAssembled(
        _ chunk: inout Chunk, _ scratch: StanzaScratch
    ) throws(XMLStreamError) -> (ScanEnd?, ByteView) {
        let kept = tail.count
        chunk.append(to: &tail)
        resume(scratch)
        var bytes: [UInt8] = []
        swap(&bytes, &tail)
        let end = try bytes.withView { (view) throws(XMLStreamError) in try scan(view, scratch) }
        guard let end else {
            swap(&bytes, &tail)
            chunk.discard()
            suspend(scratch)
            return (nil, scratch.view)
        }
        chunk.consume(end.count - kept)
        return (end, scratch.assemble(bytes, count: end.count))
    }

    private mutating func suspend(_ scratch: StanzaScratch) {
        suspended = Suspended(
            tokens: scratch.tokens, open: scratch.open, declarations: scratch.declarations, names: scratch.names)
        scratch.tokens = []
        scratch.open = []
        scratch.declarations = DeclarationStack()
        scratch.names = AttributeNames()
    }

    private mutating func resume(_ scratch: StanzaScratch) {
        guard let kept = suspended.take() else { return }
        scratch.tokens = kept.tokens
        scratch.open = kept.open
        scratch.declarations = kept.declarations
        scratch.names = kept.names
    }

    private mutating func event(
        _ end: ScanEnd, _ view: ByteView, _ scratch: StanzaScratch
    ) -> StreamEvent? {
        cursor = Cursor()
        switch end {
        case .declaration: return nil
        case .header:
            scope = scratch.scope(ofHeader: view)
            phase = .stanzas
            scratch.show(view, scope: scope)
            return .opened(Element(scratch, 0))
        case .stanza:
            scratch.show(view, scope: scope)
            return .stanza(Element(scratch, 0))
        case .closed:
            phase = .closed
            return .closed
        }
    }
}

/// What a scan came to, with the bytes that it took.
enum ScanEnd {
    case declaration(Int)
    case header(Int)
    case stanza(Int)
    case closed(Int)

    var count: Int {
        switch self {
        case .declaration(let count), .header(let count), .stanza(let count), .closed(let count): count
        }
    }

    /// Whether it is the header where one is due, a stanza elsewhere.
    func isWhole(isHeader: Bool) -> Bool {
        switch self {
        case .header: isHeader
        case .stanza: !isHeader
        case .declaration, .closed: false
        }
    }
}

extension Array<UInt8> {
    /// Hands the body a view of the bytes, valid during the call.
    func withView<Result>(
        _ body: (ByteView) throws(XMLStreamError) -> Result
    ) throws(XMLStreamError) -> Result {
        let outcome = unsafe withUnsafeBufferPointer { buffer in
            let view = unsafe ByteView(buffer.baseAddress, count: buffer.count)
            return Swift.Result { () throws(XMLStreamError) in try body(view) }
        }
        return try outcome.get()
    }
}

extension NamespaceScope {
    /// The declarations of a header's start tag.
    convenience init(header tokens: [Token], in view: ByteView) {
        self.init(
            rootName: tokens.first.map { view.array($0.nameRange) } ?? [],
            bindings: tokens.filter(\.isDeclaration).map {
                Binding(prefix: view.array($0.declaredPrefix), name: Text.decode($0, in: view))
            })
    }

    /// Whether a header's start tag declares just this, in this order.
    func isDeclared(by tokens: [Token], in view: ByteView) -> Bool {
        guard let root = tokens.first, view.equals(root.nameRange, rootName) else { return false }
        var declared = 0
        for token in tokens where token.isDeclaration {
            guard declared < bindings.count, view.equals(token.declaredPrefix, bindings[declared].prefix),
                token.hasValue(bindings[declared].name, in: view)
            else { return false }
            declared += 1
        }
        return declared == bindings.count
    }
}
