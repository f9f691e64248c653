import OpenSSL

/// What a lane keeps of one connection. Plain fields, in the lane's array; idle, it holds no buffer.
struct Connection {
    enum State: UInt8 {
        case free, connecting, open, handshaking, secured
    }

    var descriptor: Int32 = -1
    /// Counts the connections that have lived in this place.
    var generation: UInt32 = 0
    var state = State.free
    /// It is not read until it has had what it asked for: see ``Lane/holdBack``.
    var isHeldBack = false
    /// Something was sent, and nothing was heard since.
    var awaitsAnswer = false
    var tls: TLSConnection?
    /// nil unless the stream is compressed.
    var compression: Compression?
    /// When the last bytes arrived, and when the last were sent.
    var heard: UInt64 = 0
    var sent: UInt64 = 0
    /// Of the handshake so far, in nanoseconds: thread CPU time, how long the peer waited for our answers, and how long
    /// of that we did not compute.
    var handshakeCPU: UInt64 = 0
    var handshakeAnswering: UInt64 = 0
    var handshakeWait: UInt64 = 0
    /// Bytes that the kernel would not take yet.
    var outbox: [UInt8] = []
}
