/// Which declaration binds a prefix: found once, when a tag is taken apart, so that nobody looks for it again.
struct NamespaceBinding: Equatable, Sendable {
    private let rawValue: UInt32

    /// By no declaration: `xml`, `stream` before any header, and no prefix where there is no default namespace.
    static let builtIn = NamespaceBinding(rawValue: .max)

    private init(rawValue: UInt32) { self.rawValue = rawValue }

    /// An attribute token of the stanza.
    static func declared(_ token: UInt32) -> Self { Self(rawValue: token) }

    /// A declaration of the stream header, by its number.
    static func header(_ number: Int) -> Self { Self(rawValue: headerBit | UInt32(number)) }

    private static let headerBit: UInt32 = 1 << 31

    /// nil unless it is of the stanza.
    var token: Int? { rawValue & Self.headerBit == 0 ? Int(rawValue) : nil }

    /// nil unless it is of the stream header.
    var headerNumber: Int? {
        self != .builtIn && rawValue & Self.headerBit != 0 ? Int(rawValue & ~Self.headerBit) : nil
    }
}
