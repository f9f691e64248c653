/// What ties a login to the TLS connection beneath it (RFC 5056): both sides mix the same bytes of the connection into
/// their proofs, so that somebody who sits between them with two connections fails.
public struct ChannelBinding: Sendable, Hashable {
    public let kind: Kind
    /// The connection's own bytes, as the kind's definition has them.
    public let data: [UInt8]

    public init(_ kind: Kind, data: [UInt8]) {
        self.kind = kind
        self.data = data
    }
}

extension ChannelBinding {
    /// A type of binding, by its name in IANA's registry, which is also what XEP-0440 and SCRAM's `p=` carry.
    ///
    /// The cases stand in order of preference. `tls-exporter` is the only one that ties to this very connection in
    /// TLS 1.3. `tls-server-end-point` ties to the server's certificate alone, but it is the same in every version and
    /// the one that XEP-0440 demands of all servers. `tls-unique` is last: it does not exist in TLS 1.3, and without
    /// the extended master secret a resumed session can be made to repeat it (RFC 7627 section 1).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// RFC 9266: in TLS 1.3, and in TLS 1.2 only with the extended master secret.
        case tlsExporter = "tls-exporter"
        /// RFC 5929 section 4: the hash of the server's certificate.
        case tlsServerEndPoint = "tls-server-end-point"
        /// RFC 5929 section 3: the first Finished message, up to TLS 1.2.
        case tlsUnique = "tls-unique"
    }
}

extension ChannelBinding.Kind {
    /// The kind to bind with; nil when there is none that both sides have.
    ///
    /// Where the server does not say what it takes, it is the default of the mechanisms that decides: `tls-unique`
    /// up to TLS 1.2 (RFC 5802 section 6.1), `tls-exporter` from TLS 1.3 on (RFC 9266 section 3).
    ///
    /// - Parameters:
    ///   - advertised: what the server says that it takes (XEP-0440), nil if it says nothing.
    ///   - available: what this connection has.
    public static func choose(
        advertised: [ChannelBinding.Kind]?, available: [ChannelBinding.Kind]
    ) -> ChannelBinding.Kind? {
        guard let advertised else { return defaults.first { available.contains($0) } }
        return allCases.first { available.contains($0) && advertised.contains($0) }
    }

    /// No connection of TLS 1.3 has `tls-unique`, so its place at the front is for older versions only.
    private static let defaults: [ChannelBinding.Kind] = [.tlsUnique, .tlsExporter, .tlsServerEndPoint]
}

extension Mechanism {
    /// Those of a connection's bindings that this mechanism binds to; empty for one that does not bind.
    func fittingBindings(of bindings: [ChannelBinding]) throws(SASLError) -> [ChannelBinding] {
        guard bindsChannel else { return [] }
        let fitting = bindings.filter { hashedTokenBinding == nil || $0.kind == hashedTokenBinding }
        guard !fitting.isEmpty else {
            let kind = hashedTokenBinding?.rawValue ?? "TLS"
            throw SASLError(.noChannelBinding, "\(self) needs a \(kind) binding of the connection")
        }
        return fitting
    }
}
