import Domains
import Foundation
import LoadPlan
import Provisioning
import Transport

/// Where Openfire's REST API is, and what opens it. The secret is never an argument.
struct RESTAccess {
    var url: String?
    var admin: String?
    var secretFile: String?

    /// - Throws: `CommandFailure` if there is no such place, no secret, or no consent.
    func service(_ plan: RunPlan) throws -> UserService {
        let base = try base(plan.target)
        let secret = Password(try secret())
        return UserService(
            base: base, authorization: admin.map { .basic(user: $0, secret) } ?? .secret(secret),
            domain: plan.target.domain.text)
    }

    private func base(_ target: Target) throws -> URL {
        let text = url ?? "http://127.0.0.1:9090"
        guard let base = URL(string: text), let host = base.host, ["http", "https"].contains(base.scheme) else {
            throw CommandFailure(
                .wrongUse, "muster: --url \(text): an address such as http://127.0.0.1:9090 is expected")
        }
        guard base.user == nil, base.password == nil else {
            throw CommandFailure(.wrongUse, "muster: --url: no name or password belongs there; see --admin")
        }
        if Self.isLoopback(host) { return base }
        guard target.ownerConsents else {
            throw CommandFailure(
                .wrongUse, "muster: --url \(text) is not this machine: add --owner-consents if its owner agrees")
        }
        guard base.scheme == "https" || target.allowPlainWithoutTLS else {
            throw CommandFailure(
                .wrongUse,
                "muster: --url \(text): passwords would go in the clear: use https, or target.allow-plain-without-tls")
        }
        return base
    }

    /// By its text alone: nothing is asked of DNS.
    private static func isLoopback(_ host: String) -> Bool {
        let literal = host.trimmingCharacters(in: ["[", "]"])
        return literal == "localhost" || SocketAddress(literal: literal, port: 0)?.isLoopback == true
    }

    private func secret() throws -> String {
        if let secretFile {
            guard let text = try? String(contentsOfFile: secretFile, encoding: .utf8) else {
                throw CommandFailure(.wrongUse, "muster: --secret-file \(secretFile): cannot read this file")
            }
            return try usable(text.trimmingCharacters(in: .newlines), "--secret-file \(secretFile)")
        }
        return try usable(ProcessInfo.processInfo.environment["MUSTER_REST_SECRET"] ?? "", "MUSTER_REST_SECRET")
    }

    private func usable(_ secret: String, _ origin: String) throws -> String {
        guard !secret.isEmpty, !secret.contains(where: \.isNewline) else {
            throw CommandFailure(
                .wrongUse, "muster: \(origin): the REST API's secret is expected there, in one line")
        }
        return secret
    }
}
