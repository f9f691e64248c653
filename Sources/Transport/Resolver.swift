import Glibc

/// Finds addresses and servers by their names. Its calls block, at most some seconds for a name server that is silent;
/// call it from a queue of its own.
public struct Resolver: Sendable {
    private let dns: DNS
    private let asksSystem: Bool
    /// More addresses of a name than this are left out: each may cost a wait of its own.
    private static let mostAddresses = 16

    /// - Parameter nameServer: an IPv4 address that is asked for everything; nil leaves it to the system, which knows
    ///   `/etc/hosts` as well.
    public init(nameServer: SocketAddress? = nil) {
        dns = DNS(server: nameServer)
        asksSystem = nameServer == nil
    }

    /// The addresses of a name in the order to try them (RFC 6724 by the system), one to 16. A literal is its own.
    ///
    /// - Throws: `TransportFailure.dns` with the resolver's reason.
    public func addresses(of name: String, port: UInt16) throws(TransportFailure) -> [SocketAddress] {
        if let literal = SocketAddress(literal: name, port: port) { return [literal] }
        let all = asksSystem ? try Self.systemAddresses(of: name, port: port) : try dns.addresses(of: name, port: port)
        return Array(all.prefix(Self.mostAddresses))
    }

    /// The SRV records of a service such as `_xmpp-client._tcp`, in no order; empty if the domain has none. One with the
    /// target `.` says that the service is not offered (RFC 2782).
    ///
    /// - Throws: `TransportFailure.dns` if there is no answer, or none that can be read.
    public func services(_ service: String, of domain: String) throws(TransportFailure) -> [ServiceRecord] {
        // RFC 6761 section 6.3: nobody is asked about localhost.
        if domain.isLocalhost { return [] }
        return try dns.services("\(service).\(domain)")
    }

    private static func systemAddresses(of name: String, port: UInt16) throws(TransportFailure) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, String(port), &hints, &list)
        defer { unsafe freeaddrinfo(list) }
        guard status == 0 else { throw .dns("\(name): \(unsafe String(cString: gai_strerror(status)))") }
        let found = unsafe sequence(first: list, next: { unsafe $0?.pointee.ai_next }).compactMap { unsafe address($0) }
        guard !found.isEmpty else { throw .dns("\(name): no address") }
        return found
    }

    private static func address(_ entry: UnsafeMutablePointer<addrinfo>?) -> SocketAddress? {
        guard let info = unsafe entry?.pointee, let raw = unsafe info.ai_addr else { return nil }
        return unsafe SocketAddress(UnsafeRawPointer(raw), family: info.ai_family)
    }
}

extension String {
    /// `localhost`, or a name below it.
    fileprivate var isLocalhost: Bool { lowercased() == "localhost" || lowercased().hasSuffix(".localhost") }
}
