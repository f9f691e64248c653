/// A table that grows by one place at a time and never shrinks, changed in place: what a lane keeps per connection.
///
/// An array asks at each change whether it is shared, hundreds of times a login; a slab has one owner and does not ask.
/// What is in it never moves, so that appending disturbs nobody who changes an element. Not thread-safe: confined to
/// its owner's queue.
@safe public final class Slab<Element> {
    /// Places a chunk has.
    @usableFromInline static var chunk: Int { 1024 }
    private static var mostChunks: Int { 4096 }

    @usableFromInline let chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    public private(set) var count = 0

    public init() { unsafe chunks = .allocate(capacity: Self.mostChunks) }

    deinit {
        for start in stride(from: 0, to: count, by: Self.chunk) {
            let chunk = unsafe chunks[start / Self.chunk]
            unsafe chunk.deinitialize(count: min(Self.chunk, count - start))
            unsafe chunk.deallocate()
        }
        unsafe chunks.deallocate()
    }

    public var indices: Range<Int> { 0..<count }

    /// O(1). Traps beyond four million elements: a process has no descriptors for as many connections.
    public func append(_ element: Element) {
        let (number, place) = count.quotientAndRemainder(dividingBy: Self.chunk)
        precondition(number < Self.mostChunks)
        if place == 0 { unsafe (chunks + number).initialize(to: .allocate(capacity: Self.chunk)) }
        unsafe (chunks[number] + place).initialize(to: element)
        count += 1
    }

    /// Makes sure that there is a place with this index; those that come new hold `element`.
    public func extend(through index: Int, with element: @autoclosure () -> Element) {
        while count <= index { append(element()) }
    }

    /// An index that is not in `indices` traps.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(index >= 0 && index < count)
            return unsafe UnsafePointer(chunks[index / Self.chunk] + index % Self.chunk)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(index >= 0 && index < count)
            return unsafe chunks[index / Self.chunk] + index % Self.chunk
        }
    }
}
