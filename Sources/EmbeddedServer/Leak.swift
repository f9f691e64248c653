/// Memory that nobody will ever use again, resident to the byte in the long run.
struct Leak {
    private static let chunk = 64 << 10
    /// What an array's head and the allocator's take of a chunk.
    private static let overhead = 48

    private var kept: [[UInt8]] = []
    private var owed = 0

    mutating func grow(by bytes: Int) {
        owed += bytes
        while owed >= Self.chunk {
            owed -= Self.chunk
            kept.append([UInt8](repeating: 1, count: Self.chunk - Self.overhead))
        }
    }
}
