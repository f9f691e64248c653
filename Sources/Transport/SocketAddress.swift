import Glibc

/// An IP address with a port.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    enum Host: Sendable, Hashable {
        /// Big-endian, as on the wire.
        case v4([UInt8])
        case v6([UInt8])
    }

    let host: Host
    public let port: UInt16

    /// A literal IPv4 or IPv6 address; nil for anything else.
    public init?(literal text: String, port: UInt16) {
        var v4 = in_addr()
        var v6 = in6_addr()
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            host = unsafe .v4(withUnsafeBytes(of: &v4) { unsafe Array($0) })
        } else if unsafe inet_pton(AF_INET6, text, &v6) == 1 {
            host = unsafe .v6(withUnsafeBytes(of: &v6) { unsafe Array($0) })
        } else {
            return nil
        }
        self.port = port
    }

    /// 127.0.0.`last` on any port: a source address for one in 12,000 sessions.
    public static func loopback(last: UInt8, port: UInt16 = 0) -> SocketAddress {
        SocketAddress(host: .v4([127, 0, 0, last]), port: port)
    }

    init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The C form of this family; nil of one that is not IP.
    init?(_ raw: UnsafeRawPointer, family: Int32) {
        switch family {
        case AF_INET:
            let v4 = unsafe raw.loadUnaligned(as: sockaddr_in.self)
            unsafe self.init(
                host: .v4(withUnsafeBytes(of: v4.sin_addr) { unsafe Array($0) }), port: UInt16(bigEndian: v4.sin_port))
        case AF_INET6:
            let v6 = unsafe raw.loadUnaligned(as: sockaddr_in6.self)
            unsafe self.init(
                host: .v6(withUnsafeBytes(of: v6.sin6_addr) { unsafe Array($0) }), port: UInt16(bigEndian: v6.sin6_port)
            )
        default: return nil
        }
    }

    public var isLoopback: Bool {
        switch host {
        case .v4(let bytes): bytes.first == 127
        case .v6(let bytes): bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }

    public var isIPv4: Bool { if case .v4 = host { true } else { false } }

    var family: Int32 { isIPv4 ? AF_INET : AF_INET6 }

    public var description: String {
        switch host {
        case .v4(let bytes): bytes.map(String.init).joined(separator: ".") + ":\(port)"
        case .v6: "[\(hostText)]:\(port)"
        }
    }

    private var hostText: String {
        guard case .v6(let bytes) = host else { return "" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        unsafe inet_ntop(AF_INET6, bytes, &text, UInt32(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Hands the C form to the body.
    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch host {
        case .v4(let bytes):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin_addr) { unsafe $0.copyBytes(from: bytes) }
            return unsafe Self.rebound(&address, body)
        case .v6(let bytes):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
            return unsafe Self.rebound(&address, body)
        }
    }

    private static func rebound<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
