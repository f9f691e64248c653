/// What the stanza now looked at is kept in: its tokens, and its bytes where they came in more than one read. One serves
/// all streams of a lane. Not thread-safe: confined to the lane's queue.
@safe public final class StanzaScratch {
    var tokens: [Token] = []
    /// Indices of the elements that are open, outermost first.
    var open: [UInt32] = []
    var declarations = DeclarationStack()
    var names = AttributeNames()
    /// The stanza's bytes: in the chunk, or in `assembled`.
    private(set) var view = unsafe ByteView(nil, count: 0)
    private(set) var scope = NamespaceScope.none
    /// Counts the stanzas: an element of an earlier one traps.
    private(set) var generation: UInt64 = 0
    private var assembled = unsafe UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

    public init() {
        tokens.reserveCapacity(64)
        open.reserveCapacity(16)
    }

    deinit { unsafe assembled.deallocate() }

    func forget() {
        generation &+= 1
        unsafe view = ByteView(nil, count: 0)
    }

    /// Shows elements these bytes until the next call of `forget`.
    func show(_ view: ByteView, scope: NamespaceScope) {
        self.view = view
        self.scope = scope
    }

    /// Copies bytes of several reads to where elements can see them.
    func assemble(_ bytes: [UInt8], count: Int) -> ByteView {
        if unsafe assembled.count < count {
            unsafe assembled.deallocate()
            unsafe assembled = .allocate(capacity: max(4096, count * 2))
        }
        _ = unsafe assembled.update(fromContentsOf: bytes.prefix(count))
        return unsafe ByteView(assembled.baseAddress, count: count)
    }

    /// Comparisons and look-ups that the names of the stanza under the scanner took so far.
    package var steps: Int { declarations.steps + names.steps }

    var known = KnownShapes()
    /// Of the last stream header: servers say the same one every time.
    private var lastScope = NamespaceScope.none

    /// What the stream header that was just scanned declares.
    func scope(ofHeader view: ByteView) -> NamespaceScope {
        if !lastScope.isDeclared(by: tokens, in: view) { lastScope = NamespaceScope(header: tokens, in: view) }
        return lastScope
    }
}
