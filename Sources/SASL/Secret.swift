internal import OpenSSL

/// Bytes that must not reach a log: printed, dumped or mirrored, it is `***`.
public struct Secret: Sendable, Hashable {
    private let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.utf8) }

    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes themselves: the one way to them, so that a search for its name finds every use.
    public func reveal() -> [UInt8] { bytes }

    /// Takes a time that depends on the length alone.
    public static func == (one: Secret, other: Secret) -> Bool {
        equalInConstantTime(one.bytes, other.bytes)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }

    public var debugDescription: String { "***" }

    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
