import Domains
public import LoadPlan
import Transport

/// A setting that TLS cannot use: a file that holds no certificate, a key that is another's, a group that the library
/// does not know.
public struct UnusableSetting: Sendable, Equatable {
    /// The scenario's key, dotted.
    public let keyPath: String
    /// It names the file.
    public let reason: String
}

extension UnusableSetting {
    /// Reads every file and tries every setting; nothing is sent. An account's certificate takes most of a millisecond.
    /// Of each key the first that is wrong is told.
    public static func all(of plan: RunPlan) -> [UnusableSetting] {
        [
            of("target.verify") { () throws(TransportFailure) in try authorities(plan.target).check() },
            of("target.tls-groups") { () throws(TransportFailure) in
                try TLSClientSettings(groups: plan.target.tlsGroups, trust: .nothing, serverName: nobody).check()
            },
            of("target.embedded.client-ca") { () throws(TransportFailure) in
                guard let file = plan.target.embedded.clientAuthorities else { return }
                try TLSClientSettings(trust: .authorities(file: file), serverName: nobody).check()
            },
            of("accounts.certificate") { () throws(TransportFailure) in _ = try ClientIdentities(plan.accounts) },
        ].compactMap { $0 }
    }

    /// No connection is made.
    private static let nobody: Domain = "localhost"

    private static func of(_ keyPath: String, _ attempt: () throws(TransportFailure) -> Void) -> UnusableSetting? {
        do throws(TransportFailure) {
            try attempt()
            return nil
        } catch { return UnusableSetting(keyPath: keyPath, reason: error.reason) }
    }

    private static func authorities(_ target: Target) -> TLSClientSettings {
        guard case .certificateAuthority(let file) = target.verification else {
            return TLSClientSettings(trust: .nothing, serverName: nobody)
        }
        return TLSClientSettings(trust: .authorities(file: file), serverName: nobody)
    }
}

extension TransportFailure {
    /// Why a setting of TLS cannot be used.
    fileprivate var reason: String {
        guard case .tls(let reason) = self else { return "\(self)" }
        return reason
    }
}
