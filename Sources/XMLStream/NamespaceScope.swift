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
    /// The number of the first binding of each namespace, by its name.
    let numberByName: [[UInt8]: Int]
    /// By binding, the number of the first one of the same namespace.
    let firstOfNamespace: [Int]
    private let numberByPrefix: [[UInt8]: Int]

    static let none = NamespaceScope(rootName: [], bindings: [])
    static let xml = Array("http://www.w3.org/XML/1998/namespace".utf8)
    static let xmlns = Array("http://www.w3.org/2000/xmlns/".utf8)
    static let streams = Array("http://etherx.jabber.org/streams".utf8)

    init(rootName: [UInt8], bindings: [Binding]) {
        self.rootName = rootName
        self.bindings = bindings
        let numbered = bindings.enumerated()
        let numberByName = Dictionary(numbered.map { ($1.name, $0) }) { first, _ in first }
        self.numberByName = numberByName
        firstOfNamespace = numbered.map { numberByName[$1.name] ?? $0 }
        numberByPrefix = Dictionary(numbered.map { ($1.prefix, $0) }) { first, _ in first }
    }

    /// So few bindings are looked through.
    private static let mostLookedThrough = 8

    /// The binding of a prefix; nil if it has none. `stream` is known without a declaration, because servers that shut down
    /// say `<stream:error>` before any header.
    func binding(of prefix: Range<Int>, in view: ByteView) -> NamespaceBinding? {
        let number =
            bindings.count > Self.mostLookedThrough
            ? numberByPrefix[view.array(prefix)] : bindings.firstIndex { view.equals(prefix, $0.prefix) }
        if let number { return .header(number) }
        return prefix.isEmpty || view.equals(prefix, "xml") || view.equals(prefix, "stream") ? .builtIn : nil
    }

    /// The namespace of a built-in prefix; none has none.
    static func builtIn(_ prefix: Range<Int>, in view: ByteView) -> [UInt8] {
        if prefix.isEmpty { return [] }
        return view.equals(prefix, "xml") ? xml : streams
    }
}
