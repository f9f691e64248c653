/// A username or resource in which `{n}` stands for the account's number, from 1.
///
/// The pattern is cut once; a name then costs its bytes.
public struct NamePattern: Sendable, Equatable {
    private let pieces: [[UInt8]]

    public init(_ pattern: String) {
        let bytes = Array(pattern.utf8)
        let sign = Array("{n}".utf8)
        var pieces: [[UInt8]] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: sign) {
                pieces.append(Array(bytes[start..<index]))
                index += sign.count
                start = index
            } else {
                index += 1
            }
        }
        self.pieces = pieces + [Array(bytes[start...])]
    }

    /// Appends the name of the account with this index, from 0, as UTF-8.
    public func append(index: Int, to bytes: inout [UInt8]) {
        for (position, piece) in pieces.enumerated() {
            if position > 0 { bytes.append(contentsOf: String(index + 1).utf8) }
            bytes.append(contentsOf: piece)
        }
    }

    /// The name of the account with this index, from 0.
    public func name(index: Int) -> String {
        var bytes: [UInt8] = []
        append(index: index, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
