import CZlib

/// Uncompresses a stream piece by piece. However much the bytes come to, no more is made of them at once than there is
/// room for: who hands it a small window and looks at what comes is safe from bombs.
@safe public final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Throws: `ZlibError.outOfMemory`.
    public init() throws(ZlibError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe muster_inflate_init(stream) == Z_OK else {
            unsafe stream.deallocate()
            throw .outOfMemory
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Uncompresses as much as the output has room for.
    ///
    /// - Parameter input: begins, afterwards, with what is left: call again while the output was filled or some is left.
    /// - Returns: how many bytes were made; 0 where more input is needed.
    public func inflate(
        _ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(ZlibError) -> Int {
        let bytes = unsafe UnsafeMutableRawPointer(mutating: input.baseAddress)
        unsafe stream.pointee.next_in = bytes?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(output.count)
        let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        let left = unsafe Int(stream.pointee.avail_in)
        unsafe input = UnsafeRawBufferPointer(rebasing: input[(input.count - left)...])
        let made = unsafe output.count - Int(stream.pointee.avail_out)
        try check(status, made: made)
        return made
    }

    /// The last bytes of a stream that ends are handed out before it is said that it has.
    private func check(_ status: Int32, made: Int) throws(ZlibError) {
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: if made == 0 { throw .ended }
        case Z_MEM_ERROR: throw .outOfMemory
        default: throw .corrupt
        }
    }
}
