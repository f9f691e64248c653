/// A password or token. It prints as `***`; only `plain` gives it away.
public struct Password: Sendable, Equatable, ExpressibleByStringLiteral {
    public let plain: String

    public init(_ plain: String) { self.plain = plain }

    public init(stringLiteral value: String) { plain = value }
}

extension Password: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
