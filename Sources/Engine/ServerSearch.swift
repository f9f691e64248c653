public import LoadPlan
import Metrics
public import Transport

/// Finds the servers of a run's targets (RFC 6120 section 3.2), each target's once: the variants of an experiment are
/// measured at one and the same server.
public final class ServerSearch {
    let resolver: Resolver
    private var found: [Question: FoundServer] = [:]

    /// Of more records than this the last are left out: each may cost a wait of its own.
    private static let mostRecords = 10
    private static let portWithoutRecord: UInt16 = 5222
    private static let stream: UInt64 = 0x5E4C

    private struct Question: Hashable {
        let name: String
        /// nil: DNS says it.
        let port: UInt16?
        let isDirect: Bool
    }

    public init(resolver: Resolver = Resolver()) { self.resolver = resolver }

    /// Blocks while names are resolved.
    ///
    /// - Parameter seed: draws among records by their weights.
    /// - Throws: `TransportFailure.dns`.
    public func find(_ target: Target, seed: UInt64) throws(TransportFailure) -> FoundServer {
        switch target.address {
        case .embedded: return FoundServer()
        case .host(let name, let port):
            return try find(Question(name: name, port: port, isDirect: target.tls == .direct), seed)
        case .domain(let name):
            return try find(Question(name: name, port: nil, isDirect: target.tls == .direct), seed)
        }
    }

    /// The same for a host that see-other-host names.
    func find(_ host: OtherHost, isDirect: Bool, seed: UInt64) throws(TransportFailure) -> FoundServer {
        try find(Question(name: host.name, port: host.port, isDirect: isDirect), seed)
    }

    private func find(_ question: Question, _ seed: UInt64) throws(TransportFailure) -> FoundServer {
        if let known = found[question] { return known }
        let began = MonotonicClock.now
        var server = try ask(question, seed)
        let isLiteral = SocketAddress(literal: question.name, port: 0) != nil
        server.resolveTime = isLiteral ? nil : MonotonicClock.now - began
        found[question] = server
        return server
    }

    private func ask(_ question: Question, _ seed: UInt64) throws(TransportFailure) -> FoundServer {
        if let port = question.port {
            return FoundServer(addresses: try resolver.addresses(of: question.name, port: port))
        }
        let service = question.isDirect ? "_xmpps-client._tcp" : "_xmpp-client._tcp"
        let records = try resolver.services(service, of: question.name)
        guard !records.isEmpty else { return try withoutRecord(question, service) }
        let offered = records.filter(\.isOffered)
        guard !offered.isEmpty else { throw .dns("\(question.name) does not offer \(service): its record says so") }
        var generator = SeededGenerator(seed: seed, stream: Self.stream)
        return try resolve(Array(offered.ordered(using: &generator).prefix(Self.mostRecords)), service)
    }

    /// RFC 6120 section 3.2.2: the domain itself on the registered port. Direct TLS has none.
    private func withoutRecord(_ question: Question, _ service: String) throws(TransportFailure) -> FoundServer {
        let name = question.name
        guard !question.isDirect else {
            throw .dns(
                "\(name) has no \(service) record, and direct TLS has no port without: name one, as \(name):5223")
        }
        let port = Self.portWithoutRecord
        return FoundServer(
            addresses: try resolver.addresses(of: name, port: port),
            remarks: ["\(name) has no \(service) record: \(name) itself, port \(port)"])
    }

    /// A host whose name leads nowhere is passed over while another is left.
    private func resolve(_ records: [ServiceRecord], _ service: String) throws(TransportFailure) -> FoundServer {
        let door = ForeignTextDoor()
        var server = FoundServer()
        var last = TransportFailure.dns("no address")
        for record in records {
            var remark = door.shown("\(service) \(record)")
            do throws(TransportFailure) {
                let addresses = try resolver.addresses(of: record.target, port: record.port)
                server.addresses += addresses
                remark += ": \(addresses.map(\.description).joined(separator: ", "))"
            } catch {
                last = error
                if case .dns(let reason) = error {
                    last = .dns(door.shown(reason))
                    remark += ": \(door.shown(reason))"
                }
            }
            server.remarks.append(remark)
        }
        guard !server.addresses.isEmpty else { throw last }
        return server
    }
}

/// Where a target's server was found.
public struct FoundServer: Sendable {
    /// In the order to try them; empty for the embedded server alone.
    public var addresses: [SocketAddress] = []
    /// What DNS said of a domain, a line for each record; empty where it was not asked for any.
    public var remarks: [String] = []
    /// How long the resolver took, in nanoseconds; nil for a literal address.
    public var resolveTime: UInt64?
}
