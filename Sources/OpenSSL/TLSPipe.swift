import COpenSSL

/// What lies between the TLS connections of one lane and its sockets: the window of received bytes that OpenSSL reads
/// from, and the bytes it wants to have sent.
///
/// One per lane and confined to its queue; it serves one connection at a time. Nothing is copied on the way in.
@safe public final class TLSPipe {
    private var window = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private var position = 0
    /// Ciphertext to be sent, in order. The lane sends it after each call and then calls ``discardOutput()``.
    public private(set) var output: [UInt8] = []

    public init() { output.reserveCapacity(16 * 1024) }

    /// Lends received bytes to the next calls of a connection. They must stay valid until ``endInput()``.
    public func beginInput(_ bytes: UnsafeRawBufferPointer) {
        unsafe window = bytes
        position = 0
    }

    public func endInput() {
        unsafe window = UnsafeRawBufferPointer(start: nil, count: 0)
        position = 0
    }

    /// Received bytes that no connection has taken yet.
    public var remainingInput: Int { unsafe window.count - position }

    public func discardOutput() { output.removeAll(keepingCapacity: true) }

    /// Safe because it copies at most what is left of the lent window, into memory that OpenSSL sized `capacity`.
    fileprivate func take(into destination: UnsafeMutablePointer<CChar>, capacity: Int) -> Int {
        let count = min(capacity, remainingInput)
        guard count > 0, let base = unsafe window.baseAddress else { return 0 }
        unsafe UnsafeMutableRawPointer(destination).copyMemory(from: base + position, byteCount: count)
        position += count
        return count
    }

    fileprivate func put(_ source: UnsafePointer<CChar>, count: Int) {
        unsafe output.append(contentsOf: UnsafeRawBufferPointer(start: source, count: count))
    }
}

/// OpenSSL's view of a pipe. The functions only unwrap the pointer and forward.
enum PipeBIO {
    /// Made once for the process; OpenSSL keeps it.
    @safe private final class Method: @unchecked Sendable {  // immutable after init
        let pointer: OpaquePointer?
        init() {
            unsafe pointer = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "lane")
            unsafe BIO_meth_set_read(pointer, pipeRead)
            unsafe BIO_meth_set_write(pointer, pipeWrite)
            unsafe BIO_meth_set_ctrl(pointer, pipeControl)
        }
    }

    private static let method = Method()

    /// A BIO over the pipe, which must outlive it. Owned by the caller until it is handed to an SSL.
    @unsafe static func make(over pipe: TLSPipe) -> OpaquePointer? {
        let bio = unsafe BIO_new(method.pointer)
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(pipe).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }
}

private func pipe(of bio: OpaquePointer?) -> TLSPipe? {
    unsafe BIO_get_data(bio).map { unsafe Unmanaged<TLSPipe>.fromOpaque($0).takeUnretainedValue() }
}

private func pipeRead(_ bio: OpaquePointer?, _ data: UnsafeMutablePointer<CChar>?, _ capacity: Int32) -> Int32 {
    unsafe muster_BIO_clear_retry_flags(bio)
    guard let data = unsafe data, let pipe = unsafe pipe(of: bio) else { return -1 }
    let count = unsafe pipe.take(into: data, capacity: Int(capacity))
    if count == 0 { unsafe muster_BIO_set_retry_read(bio) }
    return count > 0 ? Int32(count) : -1
}

private func pipeWrite(_ bio: OpaquePointer?, _ data: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
    unsafe muster_BIO_clear_retry_flags(bio)
    guard let data = unsafe data, let pipe = unsafe pipe(of: bio) else { return -1 }
    unsafe pipe.put(data, count: Int(count))
    return count
}

private func pipeControl(
    _ bio: OpaquePointer?, _ command: Int32, _ argument: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
