import LoadPlan
import Synchronization
import Transport

/// The certificates of a plan's accounts. One for each takes some 7 KiB an account.
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
            read.append(try Self.identity(files.files(index: index, username: accounts.username(at: index))))
        }
        identities = read
    }

    subscript(account: Int) -> TLSClientIdentity? {
        identities.isEmpty ? nil : identities[account % identities.count]
    }

    /// What this process has read. OpenSSL takes most of a millisecond for a key, and a scenario's check, its run and
    /// the variants of an experiment want the same ones.
    private static let known = Mutex<[CertificateFiles: TLSClientIdentity]>([:])

    private static func identity(_ files: CertificateFiles) throws(TransportFailure) -> TLSClientIdentity {
        if let identity = known.withLock({ $0[files] }) { return identity }
        let identity = try TLSClientIdentity(certificateFile: files.certificate, keyFile: files.key)
        known.withLock { $0[files] = identity }
        return identity
    }
}
