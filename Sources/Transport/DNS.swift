import CResolv

/// Asks DNS itself, through the system's resolver library. Its calls block.
package struct DNS: Sendable {
    /// An IPv4 address as a number, 0 for the system's name servers.
    private let server: UInt32
    private let port: UInt16

    /// The greatest message (RFC 1035 section 4.2.2).
    private static let capacity = 65_535

    init(server: SocketAddress?) {
        guard case .v4(let bytes)? = server?.host, let port = server?.port else {
            (self.server, self.port) = (0, 0)
            return
        }
        self.server = bytes.reduce(0) { $0 << 8 | UInt32($1) }
        self.port = port
    }

    /// The SRV records of a name; empty where there are none.
    ///
    /// - Throws: `TransportFailure.dns`.
    func services(_ name: String) throws(TransportFailure) -> [ServiceRecord] {
        guard let answer = try answer(name, MUSTER_DNS_SRV) else { return [] }
        return try Self.services(in: answer, of: name)
    }

    /// The SRV records in a name server's answer about a name.
    package static func services(in answer: [UInt8], of name: String) throws(TransportFailure) -> [ServiceRecord] {
        try records(in: answer, of: name) { answer, index in
            var record = muster_dns_service()
            let result = unsafe muster_dns_service_at(answer, Int32(answer.count), index, &record)
            return Reading(result, ServiceRecord(record))
        }
    }

    /// The addresses of a name, IPv6 before IPv4 (RFC 6724 section 2.1).
    ///
    /// - Throws: `TransportFailure.dns`, also if there are none.
    func addresses(of name: String, port: UInt16) throws(TransportFailure) -> [SocketAddress] {
        let found = try addresses(of: name, MUSTER_DNS_AAAA, port) + addresses(of: name, MUSTER_DNS_A, port)
        guard !found.isEmpty else { throw .dns("\(name): no address") }
        return found
    }

    private func addresses(
        of name: String, _ type: muster_dns_type, _ port: UInt16
    ) throws(TransportFailure) -> [SocketAddress] {
        guard let answer = try answer(name, type) else { return [] }
        return try Self.addresses(in: answer, of: name, port: port)
    }

    /// The addresses in a name server's answer about a name.
    package static func addresses(
        in answer: [UInt8], of name: String, port: UInt16
    ) throws(TransportFailure) -> [SocketAddress] {
        try records(in: answer, of: name) { answer, index in
            var bytes = [UInt8](repeating: 0, count: 16)
            let size = unsafe muster_dns_address_at(answer, Int32(answer.count), index, &bytes)
            let host = size == 4 ? SocketAddress.Host.v4(Array(bytes.prefix(4))) : .v6(bytes)
            return Reading(size, SocketAddress(host: host, port: port))
        }
    }

    /// What one record of an answer is.
    private enum Reading<Record> {
        case record(Record)
        case another
        case unreadable

        init(_ result: Int32, _ record: Record) {
            self = result > 0 ? .record(record) : result == 0 ? .another : .unreadable
        }
    }

    private static func records<Record>(
        in answer: [UInt8], of name: String, _ read: ([UInt8], Int32) -> Reading<Record>
    ) throws(TransportFailure) -> [Record] {
        let count = unsafe muster_dns_count(answer, Int32(answer.count))
        guard count >= 0 else { throw .dns("\(name): the answer cannot be read") }
        var records: [Record] = []
        for index in 0..<count {
            switch read(answer, index) {
            case .record(let record): records.append(record)
            case .another: continue
            case .unreadable: throw .dns("\(name): the answer cannot be read")
            }
        }
        return records
    }

    /// The whole message; nil if there is no such name or record.
    private func answer(_ name: String, _ type: muster_dns_type) throws(TransportFailure) -> [UInt8]? {
        var answer = [UInt8](repeating: 0, count: Self.capacity)
        let length = unsafe muster_dns_ask(name, type, server, port, &answer, Int32(answer.count))
        switch length {
        case Int32(MUSTER_DNS_NO_SUCH_NAME.rawValue), Int32(MUSTER_DNS_NO_SUCH_RECORD.rawValue): return nil
        case 0...: return Array(answer.prefix(Int(length)))
        default: throw .dns("\(name): no usable answer from the name server")
        }
    }
}

extension ServiceRecord {
    /// The library writes the root, which is `.` in a zone file, as nothing.
    fileprivate init(_ record: muster_dns_service) {
        let name = unsafe withUnsafeBytes(of: record.target) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        self.init(
            priority: record.priority, weight: record.weight, port: record.port, target: name.isEmpty ? "." : name)
    }
}
