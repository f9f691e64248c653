import Foundation
import ResultFiles
import TestSupport
import Testing

/// Logins at one real server, as a scenario says them, and what the result folder tells afterwards.
struct LoginCase: Sendable, CustomTestStringConvertible {
    enum Security: String, Sendable, CaseIterable {
        case none, starttls, direct
    }

    let mechanism: String
    let security: Security
    var tlsVersions = "1.2..1.3"
    var host = "127.0.0.1"
    var password = "pw"
    /// More keys of `target`, each on a line of its own.
    var targetKeys: [String] = []
    /// More keys of `accounts`, as in `certificate: {...}`.
    var accountKeys: [String] = []
    var accounts = 200
    var load = "- crowd: {sessions: 20, logins: 200}"
    var thresholds = "failures < 0.001%"
    /// Further keys of `login`, such as its profile.
    var profile = "profile: sasl"
    var resource: String?
    var timeout = "60s"
    /// Of what stands between it and the server.
    var proxyPort: UInt16?

    var testDescription: String {
        "\(profile), \(mechanism), TLS \(security.rawValue) \(security == .none ? "" : tlsVersions)"
    }

    /// Every mechanism of a server without TLS, after STARTTLS and over direct TLS.
    static func all(_ mechanisms: [String]) -> [LoginCase] {
        mechanisms.flatMap { mechanism in
            Security.allCases.map { LoginCase(mechanism: mechanism, security: $0) }
        }
    }

    /// How many logins it comes to once it is sized: without TLS, after STARTTLS and over direct TLS some 200 for each
    /// mechanism of a server; in the long size 2,000 in each of the three ways.
    var wanted: UInt64 { TestSize.pick(small: 70, long: 2_000) }

    /// As many logins as are wanted.
    func sized() -> LoginCase {
        var sized = self
        sized.load = "- crowd: {sessions: 20, logins: \(wanted)}"
        return sized
    }

    /// The scenario; the password comes from the environment, as a user's would.
    func scenario(_ server: any RealServer) -> String {
        let port = proxyPort ?? (security == .direct ? server.directTLSPort ?? 0 : server.port)
        let isAnonymous = mechanism == "ANONYMOUS"
        return """
            name: interop
            interval: 1s
            target:
              address: "\(host):\(port)"
              domain: \(isAnonymous ? server.anonymousDomain : server.domain)
              tls: \(security.rawValue)
              \(security == .none ? "" : "tls-versions: \(tlsVersions)")
              \(security == .none ? "" : "verify: {ca: \"\(server.certificateAuthority)\"}")
              \(targetKeys.joined(separator: "\n  "))
            accounts: \(isAnonymous ? "{anonymous: true}" : "{\(namedAccounts.joined(separator: ", "))}")
            login: {mechanism: \(mechanism), timeout: \(timeout), \(profile)}
            load:
              \(load)
            thresholds: [\(thresholds)]
            """
    }

    private var namedAccounts: [String] {
        ["count: \(accounts)", "password: \"${MUSTER_PASSWORD}\""] + accountKeys
            + (resource.map { ["resource: \"\($0)\""] } ?? [])
    }

    /// Runs it to its end.
    func run(at server: any RealServer) async throws -> LoginResult {
        let folder = try TemporaryDirectory("interop")
        let path = try folder.write(scenario(server), to: "scenario.yml")
        let outcome = try await MusterBinary.run(
            ["run", path, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": password],
            within: .seconds(300))
        return LoginResult(outcome: outcome, stored: try ResultReader.read(folder.path("results/latest")))
    }
}

/// What a run said and wrote.
struct LoginResult {
    let outcome: ChildProcess.Outcome
    let stored: StoredResult

    /// The row of `login`, or of another phase, over all stages.
    func summary(_ phase: String = "login") -> SummaryRow? {
        stored.summary.first { $0.phase == phase && $0.stage == SummaryRow.allStages }
    }

    /// `phase: kind: condition` of every kind of failure, with its count.
    var failures: [String: UInt64] {
        stored.failures.reduce(into: [:]) { $0["\($1.phase): \($1.kind): \($1.condition)", default: 0] += $1.count }
    }
}
