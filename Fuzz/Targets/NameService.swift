import Transport

/// The answer of a name server, asked for services and for addresses.
func fuzzDNS(_ bytes: [UInt8]) {
    _ = try? DNS.services(in: bytes, of: "_xmpp-client._tcp.example.org")
    _ = try? DNS.addresses(in: bytes, of: "example.org", port: 5222)
}
