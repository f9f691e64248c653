import CZlib

/// Compresses a stream piece by piece, so that each piece can be read as soon as it is there (RFC 1950, sync flush).
///
/// Takes some 32 KiB: a window of 4 KiB and small tables in place of zlib's usual 256 KiB, for there is one for each of
/// ten thousand connections, and stanzas are short. Any inflater reads it.
@safe public final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var piece = [UInt8](repeating: 0, count: 1024)

    private static let windowBits: Int32 = 12
    private static let memoryLevel: Int32 = 5

    /// - Throws: `ZlibError.outOfMemory`.
    public init() throws(ZlibError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard
            unsafe muster_deflate_init(stream, Self.windowBits, Self.memoryLevel) == Z_OK
        else {
            unsafe stream.deallocate()
            throw .outOfMemory
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Appends what these bytes compress to, complete.
    public func deflate(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        let input = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        unsafe stream.pointee.next_in = input?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(bytes.count)
        repeat { output += next() } while unsafe stream.pointee.avail_out == 0
        unsafe stream.pointee.next_in = nil
    }

    private func next() -> ArraySlice<UInt8> {
        unsafe piece.withUnsafeMutableBufferPointer { room in
            unsafe stream.pointee.next_out = room.baseAddress
            unsafe stream.pointee.avail_out = UInt32(room.count)
            unsafe CZlib.deflate(stream, Z_SYNC_FLUSH)
            unsafe stream.pointee.next_out = nil
        }
        return unsafe piece.prefix(piece.count - Int(stream.pointee.avail_out))
    }
}
