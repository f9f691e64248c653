import Glibc
import OpenSSL
import Zlib

/// Why a connection could not be made or came to an end.
public enum TransportFailure: Error, Sendable, Equatable {
    case refused
    case reset
    /// The peer closed the connection.
    case closed
    /// The kernel gave up, or the deadline that was set passed.
    case timedOut
    case unreachable(String)
    case dns(String)
    /// The alert, or what was heard in place of TLS.
    case tls(String)
    /// The reason why the certificate was not accepted.
    case untrusted(String)
    /// What came is not what a compressed stream can be.
    case compression(String)
    /// The peer asks and does not read the answers.
    case doesNotRead
    /// Our own lack: descriptors, ports, memory.
    case local(String)

    /// From the `errno` of a socket call.
    init(errno code: Int32) {
        switch code {
        case ECONNREFUSED: self = .refused
        case ECONNRESET, EPIPE, ECONNABORTED: self = .reset
        case ETIMEDOUT: self = .timedOut
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN: self = .unreachable(Self.text(code))
        case EADDRNOTAVAIL: self = .local("out of ports")
        case EMFILE, ENFILE: self = .local("out of descriptors")
        case ENOMEM, ENOBUFS: self = .local("out of memory")
        default: self = .local(Self.text(code))
        }
    }

    init(_ error: TLSError) { self = error.code == .verification ? .untrusted(error.reason) : .tls(error.reason) }

    /// - Parameter bytes: in which the handshake failed: what is no TLS at all is called by its own name.
    init(_ error: TLSError, hearing bytes: UnsafeRawBufferPointer) {
        let speech = error.code == .protocolFailure ? unsafe ForeignSpeech(bytes) : nil
        self = speech.map { .tls($0.rawValue) } ?? TransportFailure(error)
    }

    init(_ error: ZlibError) {
        switch error {
        case .corrupt: self = .compression("not a zlib stream")
        case .ended: self = .compression("the zlib stream was ended")
        case .outOfMemory: self = .local("out of memory")
        }
    }

    private static func text(_ code: Int32) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
