import SASL

/// The first bytes choose mechanism and side; the rest are messages, parted by bytes of 0xFF.
func fuzzSASL(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let mechanism = input.choice(of: Mechanism.supported)
    let isClient = input.byte() & 1 == 0
    let messages = input.rest.split(separator: 0xFF, omittingEmptySubsequences: false).map(Array.init)
    if isClient { fuzzClient(mechanism, messages) } else { fuzzServer(mechanism, messages) }
}

private let binding = ChannelBinding(.tlsExporter, data: Array(0..<32))

private func fuzzClient(_ mechanism: Mechanism, _ messages: [[UInt8]]) {
    let credentials = Credentials(username: "user", password: Secret("pencil"), domain: "example.org")
    guard
        var client = try? SASLClient(
            mechanism: mechanism, credentials: credentials,
            channelBinding: mechanism.bindsChannel ? binding : nil, nonces: .fixed("abc")),
        (try? client.initialResponse()) != nil
    else { return }
    for message in messages {
        guard let step = try? client.receive(challenge: message) else { break }
        if case .derive(let derivation) = step {
            guard derivation.cacheKey.iterations <= 100, let key = try? derivation.run(),
                (try? client.receive(derived: key)) != nil
            else { break }
        }
    }
    let isProven = (try? client.receive(success: messages.last)) != nil
    precondition(!isProven || !mechanism.provesServer, "a server without the password proved that it has it")
}

private func fuzzServer(_ mechanism: Mechanism, _ messages: [[UInt8]]) {
    guard mechanism != .anonymous, mechanism != .external,
        let accounts = try? SASLAccounts.anyone(password: Secret("Hy5kE0sbR6"), iterations: 1),
        var server = try? SASLServer(
            mechanism: mechanism, domain: "example.org", accounts: accounts,
            channelBindings: mechanism.bindsChannel ? [binding] : [], nonces: .fixed("def"))
    else { return }
    for message in messages {
        switch server.receive(message) {
        case .challenge: continue
        case .success: preconditionFailure("somebody got in without the password")
        case .failure: return
        }
    }
}

extension Mechanism {
    /// Whether a server shows that it knows the password.
    fileprivate var provesServer: Bool { rawValue.hasPrefix("SCRAM-") || self == .digestMD5 }
}
