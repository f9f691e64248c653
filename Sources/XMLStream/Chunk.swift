/// The bytes of one read, and how far they have been used. Valid only while the memory is: for the call that lends it.
@safe public struct Chunk {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    /// Wraps memory that stays valid and unchanged as long as the chunk is in use.
    public init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    /// Hands the body a chunk over an array's bytes.
    public static func reading<Result>(_ bytes: [UInt8], _ body: (inout Chunk) throws -> Result) rethrows -> Result {
        try unsafe bytes.withUnsafeBytes { buffer in
            var chunk = unsafe Chunk(buffer)
            return try body(&chunk)
        }
    }

    /// Bytes not used yet.
    public var remaining: Int { unsafe bytes.count - position }

    /// Whether nothing but white space is left.
    public var isSpace: Bool { unsafe bytes.dropFirst(position).allSatisfy(CharacterRules.isSpace) }

    var view: ByteView {
        unsafe ByteView(
            bytes.baseAddress.map { unsafe $0.assumingMemoryBound(to: UInt8.self) + position }, count: remaining)
    }

    mutating func consume(_ count: Int) {
        precondition(count <= remaining)
        position += count
    }

    /// Passes over what is left.
    public mutating func discard() { consume(remaining) }

    /// Moves what is left to the array's end.
    public mutating func takeRest(into array: inout [UInt8]) {
        append(to: &array)
        discard()
    }

    func append(to array: inout [UInt8]) { unsafe array.append(contentsOf: bytes.dropFirst(position)) }
}
