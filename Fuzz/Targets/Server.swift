import SASL
import XMLStream
import XMPP

/// The first bytes choose the server and the length of the reads; the rest is what the client says.
func fuzzServer(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let extensions = ServerProfile.Extension.allCases
    let wanted = input.byte()
    guard let accounts = try? SASLAccounts.anyone(password: Secret("pencil"), iterations: 1) else { return }
    let profile = ServerProfile(
        domain: "example.org", mechanisms: Mechanism.supported,
        encryption: input.choice(of: [.none, .starttls, .direct]),
        dialect: input.choice(of: ServerProfile.Dialect.allCases), accounts: accounts,
        extensions: Set(extensions.enumerated().filter { wanted >> UInt8($0.offset) & 1 == 1 }.map(\.element)))
    var stream = ServerStream(profile, id: "s1")
    let scratch = StanzaScratch()
    var actions: [ServerAction] = []
    for piece in input.pieces(of: input.byte()) {
        Chunk.reading(piece) { stream.receive(&$0, using: scratch, &actions) }
        for case .startTLS in actions { stream.secured() }
        if actions.contains(where: { if case .close = $0 { true } else { false } }) { return }
        actions.removeAll()
    }
}
