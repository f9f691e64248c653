import LoadPlan
import Transport

/// The certificates of a plan's accounts, read once. Reading one for each takes some 10 KiB an account.
struct ClientIdentities: Sendable {
    /// None, one for all, or one for each.
    private let identities: [TLSClientIdentity]

    /// - Throws: `TransportFailure.tls` naming the file.
    init(_ accounts: Accounts) throws(TransportFailure) {
        guard let files = accounts.certificate else {
            identities = []
            return
        }
        var read: [TLSClientIdentity] = []
        for index in 0..<(files.isPerAccount ? accounts.count ?? 1 : 1) {
            let own = files.files(index: index, username: accounts.username(at: index))
            read.append(try TLSClientIdentity(certificateFile: own.certificate, keyFile: own.key))
        }
        identities = read
    }

    subscript(account: Int) -> TLSClientIdentity? {
        identities.isEmpty ? nil : identities[account % identities.count]
    }
}
