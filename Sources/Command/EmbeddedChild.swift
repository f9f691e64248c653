import Domains
import EmbeddedServer
import Engine
import Foundation
import LoadPlan
import ResultFiles
import SASL
import ScenarioFile
import Transport
import XMPP

/// `muster serve` as a child of this process: it lives as long as a pipe of ours does, so even a kill leaves none.
final class EmbeddedChild {
    private let process = Process()
    private let lifeline = Pipe()
    private let output = Pipe()
    let announcement: EmbeddedAnnouncement

    var pid: Int32 { process.processIdentifier }

    /// Starts it and waits until it listens.
    ///
    /// - Throws: `CommandFailure` if it does not.
    init(for plan: RunPlan, timesFile: String? = nil) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = Self.arguments(plan) + (timesFile.map { ["--log-times", $0] } ?? [])
        process.environment = ChildEnvironment.ours
        process.standardInput = lifeline
        process.standardOutput = output
        do { try process.run() } catch {
            throw CommandFailure(
                .notReachable, "muster: the embedded server cannot be started: \(error.localizedDescription)")
        }
        try lifeline.fileHandleForWriting.write(contentsOf: Data(EmbeddedSecrets(plan.accounts).line.utf8))
        guard let announcement = EmbeddedAnnouncement(line: Self.firstLine(of: output.fileHandleForReading)) else {
            throw CommandFailure(.notReachable, "muster: the embedded server did not start")
        }
        self.announcement = announcement
    }

    /// Has it do something, and waits until it has, at most 10 s.
    ///
    /// - Returns: What went wrong; nil where nothing did.
    func order(_ order: EmbeddedOrder) -> String? {
        guard (try? lifeline.fileHandleForWriting.write(contentsOf: Data((order.rawValue + "\n").utf8))) != nil else {
            return "it is gone"
        }
        var answer = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&answer, 1, 10_000) == 1 else { return "no answer within 10 s" }
        guard process.isRunning else { return "it is gone" }
        let problem = Self.firstLine(of: output.fileHandleForReading)
        return problem.isEmpty ? nil : problem
    }

    /// Ends it, waits until it is gone and returns what it said last.
    func stop() -> RunDescription.Embedded? {
        try? lifeline.fileHandleForWriting.close()
        let report = Self.firstLine(of: output.fileHandleForReading)
        process.waitUntilExit()
        return try? JSONDecoder().decode(RunDescription.Embedded.self, from: Data(report.utf8))
    }

    private static func arguments(_ plan: RunPlan) -> [String] {
        ["serve", "--lifeline", "--domain", plan.target.domain.text, "--tls", plan.target.tls.rawValue]
            + ["--tickets", plan.target.resumes ? "2" : "0"]
            + LoginServer.mechanisms.flatMap { ["--mechanism", $0.rawValue] }
            + plan.login.extensions.flatMap { ["--extension", $0.rawValue] } + arguments(plan.target.embedded)
    }

    private static func arguments(_ plan: EmbeddedPlan) -> [String] {
        plan.delays.sorted { $0.key < $1.key }.flatMap { ["--delay", "\($0.key)=\(milliseconds($0.value))"] }
            + ["--burn", milliseconds(plan.burn), "--leak", "\(plan.leak)", "--fail", "\(plan.failureShare)"]
            + (plan.clientAuthorities.map { ["--client-ca", $0] } ?? [])
    }

    private static func milliseconds(_ duration: Duration) -> String { "\(duration.inSeconds * 1000)ms" }

    private static func firstLine(of handle: FileHandle) -> String {
        var line: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1)?.first, byte != 0x0A { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}

extension LoginPlan {
    /// What the embedded server has to offer for these logins.
    var extensions: [ServerProfile.Extension] {
        ServerProfile.Extension.allCases.filter { one in
            switch one {
            case .sasl2, .bind2, .fast: if case .sasl2 = profile { true } else { false }
            case .iqAuth: profile == .iqAuth
            case .compression: compression != .none
            case .management: steps.contains(.enable)
            case .clientState: steps.contains(.active) || steps.contains(.inactive)
            case .rosterVersion: rosterVersion
            }
        }
    }
}

/// The line with which `muster serve` says that it listens.
struct EmbeddedAnnouncement: Codable {
    var port: UInt16
    /// Of the certificate made at start; nil without TLS.
    var sha256: String?

    init(port: UInt16, sha256: String?) {
        self.port = port
        self.sha256 = sha256
    }

    init?(line: String) {
        guard let value = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else { return nil }
        self = value
    }

    var line: String { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}" }
}

/// The accounts of an embedded server, handed over on its standard input: no secret is ever an argument.
struct EmbeddedSecrets: Codable, Equatable {
    /// Of every account, where no list is given; the secret of JIVE-SHAREDSECRET is the same.
    var password: String
    var accounts: [String: String]?
    /// Whose each token is.
    var tokens: [String: String]?

    init(_ accounts: Accounts) {
        switch accounts.source {
        case .pattern(_, _, let password): self.password = password.plain
        case .list(let list):
            password = ""
            self.accounts = Dictionary(
                list.map { ($0.username, $0.password.plain) }, uniquingKeysWith: { first, _ in first })
            tokens = Dictionary(
                list.compactMap { account in account.token.map { ($0.plain, account.username) } },
                uniquingKeysWith: { first, _ in first })
        case .anonymous: password = ScenarioReader.embeddedPassword
        }
    }

    private init(password: String) { self.password = password }

    /// `MUSTER_PASSWORD` of the environment, or the built-in one.
    static func fromEnvironment() -> EmbeddedSecrets {
        EmbeddedSecrets(password: ProcessInfo.processInfo.environment["MUSTER_PASSWORD"] ?? "muster")
    }

    static func readLine() -> EmbeddedSecrets {
        guard let line = Swift.readLine(),
            let secrets = try? JSONDecoder().decode(EmbeddedSecrets.self, from: Data(line.utf8))
        else { return fromEnvironment() }
        return secrets
    }

    var line: String { ((try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n" }

    /// The listed accounts, to which others may be added; nil where any account exists.
    func registry(iterations: Int) -> AccountStore? {
        accounts.map { AccountStore($0.mapValues { Secret($0) }, iterations: iterations) }
    }

    /// What the server checks logins against.
    func store(_ registry: AccountStore?, iterations: Int) throws(SASLError) -> SASLAccounts {
        var store =
            if let registry { try registry.logins() } else {
                try SASLAccounts.anyone(
                    password: Secret(password), iterations: iterations, sharedSecret: Secret(password))
            }
        let owners = tokens ?? [:]
        store.bearerTokens = { token in
            let owner = owners[String(decoding: token.reveal(), as: UTF8.self)]
            return owner.map(BearerVerdict.belongs(to:)) ?? .refused(.invalidToken)
        }
        return store
    }
}
