/// What the stream header declared: the prefixes that every stanza may use, and the name that its end tag repeats.
/// Immutable, and shared by the streams of a lane.
final class NamespaceScope: Sendable {
    struct Binding: Sendable {
        /// Empty for the default namespace.
        let prefix: [UInt8]
        let name: [UInt8]
    }

    let rootName: [UInt8]
    let bindings: [Binding]

    static let none = NamespaceScope(rootName: [], bindings: [])
    static let xml = Array("http://www.w3.org/XML/1998/namespace".utf8)
    static let xmlns = Array("http://www.w3.org/2000/xmlns/".utf8)
    static let streams = Array("http://etherx.jabber.org/streams".utf8)

    init(rootName: [UInt8], bindings: [Binding]) {
        self.rootName = rootName
        self.bindings = bindings
    }

    /// The namespace of a prefix; nil if it is not bound. `stream` is known without a declaration, because servers that
    /// shut down say `<stream:error>` before any header.
    func namespace(of prefix: Range<Int>, in view: ByteView) -> [UInt8]? {
        if let binding = bindings.first(where: { view.equals(prefix, $0.prefix) }) { return binding.name }
        if prefix.isEmpty { return [] }
        if view.equals(prefix, "xml") { return Self.xml }
        return view.equals(prefix, "stream") ? Self.streams : nil
    }
}
