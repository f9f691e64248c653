import ArgumentParser
import Engine
import Foundation
import LoadPlan
import Reports
import SASL
import ScenarioFile
import Transport
import XMPP

/// One login, spoken aloud.
struct ProbeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Log in once and explain what the server offers.",
        discussion: """
            It says what each thing means and how long each step takes, and writes a scenario that fits. The password \
            comes from MUSTER_PASSWORD, from the scenario, or is asked for; never from an argument.
            """)

    @Argument(help: "HOST or HOST:PORT; the port is 5222 where it is left out.")
    var target: String

    @Option(help: "Who logs in; without it ANONYMOUS is tried.")
    var user: String?

    @Option(help: "The XMPP domain; the host where it is left out.")
    var domain: String?

    @Option(help: "starttls, direct or none.")
    var tls: TLSChoice?

    @Option(help: "The SASL mechanism; the strongest that is offered where it is left out.")
    var mechanism: String?

    @Option(name: .customLong("scenario"), help: "Take what is not given here from this scenario.")
    var scenarioFile: String?

    @Flag(help: "Show the XML, with secrets masked.")
    var transcript = false

    @Flag(help: "The owner of a target that is not on this machine agrees.")
    var ownerConsents = false

    enum TLSChoice: String, ExpressibleByArgument { case starttls, direct, none }

    func validate() throws {
        guard let mechanism, !Mechanism.supported.contains(Mechanism(rawValue: mechanism)) else { return }
        let known = Mechanism.supported.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--mechanism \(mechanism): expected one of \(known)")
    }

    func run() throws {
        let plan = try makePlan()
        let target: RunTarget
        do throws(TransportFailure) { target = try RunTarget(plan) } catch {
            throw CommandFailure(noTarget: error)
        }
        guard target.addresses[0].isLoopback || plan.target.ownerConsents else {
            throw CommandFailure(
                .wrongUse,
                "muster: \(target.addresses[0]) is not this machine: add --owner-consents if its owner agrees")
        }
        let account = plan.accounts.firstAccount
        let probe = try Probe(
            target, plan, account, server: server(target, plan, account), showsTranscript: transcript)
        let outcome = probe.run()
        if outcome.status == .passed { Terminal.output(outcome.sentence) }
        if scenarioFile == nil, probe.server.isKnown || probe.server.hangsOnTLS13 {
            Terminal.output(Self.words(probe.server))
        }
        if outcome.status != .passed { Terminal.error("muster: \(outcome.sentence)") }
        throw outcome.status
    }

    private func server(_ target: RunTarget, _ plan: RunPlan, _ account: Accounts.Account) -> ProbedServer {
        ProbedServer(
            address: plan.target.address.text, domain: plan.target.domain, encryption: plan.target.tls.rawValue,
            isLocal: target.addresses[0].isLoopback, user: plan.accounts.source == .anonymous ? nil : account.username)
    }

    private static func words(_ server: ProbedServer) -> String {
        (["", "a scenario that fits this server, for muster check and muster run:", ""]
            + server.scenario.map { "    " + $0 }).joined(separator: "\n")
    }

    /// The scenario's plan, or a small one, with what the arguments say.
    private func makePlan() throws -> RunPlan {
        let (host, port) = try hostAndPort()
        var plan = try scenarioPlan() ?? Self.smallPlan(host, port)
        plan.target.address = .host(host, port: port)
        plan.target.domain = domain ?? (scenarioFile == nil ? host : plan.target.domain)
        if let tls { plan.target.tls = tls == .starttls ? .starttls : tls == .direct ? .direct : .none }
        if ownerConsents { plan.target.ownerConsents = true }
        if let user {
            plan.accounts.source = .list([.init(username: user, password: Password(try password()))])
        } else if scenarioFile == nil {
            plan.accounts.source = .anonymous
        }
        if let mechanism { plan.login.mechanism = .preferred([mechanism]) }
        return plan
    }

    private func scenarioPlan() throws -> RunPlan? {
        guard let scenarioFile else { return nil }
        do throws(ScenarioErrors) {
            return try ScenarioReader.read(
                file: scenarioFile, environment: ProcessInfo.processInfo.environment, defaultSeed: 0
            ).plan
        } catch { throw CommandFailure(.wrongUse, error.rendered) }
    }

    /// A certificate is judged, and the probe goes on all the same: whoever probes wants to see what is there.
    private static func smallPlan(_ host: String, _ port: UInt16) -> RunPlan {
        RunPlan(
            name: "probe", seed: 0, interval: .seconds(1),
            target: Target(address: .host(host, port: port), domain: host),
            stages: [Stage(name: "probe", shape: .burst(logins: 1))])
    }

    private func hostAndPort() throws -> (String, UInt16) {
        if target.hasPrefix("["), let end = target.firstIndex(of: "]") {
            let host = String(target[target.index(after: target.startIndex)..<end])
            return (host, try port(target[target.index(after: end)...].drop { $0 == ":" }))
        }
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, !host.isEmpty else {
            throw CommandFailure(.wrongUse, "muster: \(target): HOST or HOST:PORT is expected")
        }
        return (String(host), parts.count == 2 ? try port(parts[1]) : 5222)
    }

    private func port(_ text: Substring) throws -> UInt16 {
        if text.isEmpty { return 5222 }
        guard let port = UInt16(text), port > 0 else {
            throw CommandFailure(.wrongUse, "muster: \(target): a port from 1 to 65535 is expected")
        }
        return port
    }

    private func password() throws -> String {
        if let password = ProcessInfo.processInfo.environment["MUSTER_PASSWORD"] { return password }
        guard isatty(STDIN_FILENO) == 1, let typed = unsafe getpass("password of \(user ?? ""): ") else {
            throw CommandFailure(.wrongUse, "muster: --user \(user ?? ""): set MUSTER_PASSWORD, or ask from a terminal")
        }
        return unsafe String(cString: typed)
    }
}

extension Target.Address {
    /// As a scenario writes it.
    fileprivate var text: String {
        switch self {
        case .embedded: "embedded"
        case .host(let name, let port): name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        }
    }
}

extension Accounts {
    /// Who a single login logs in as.
    var firstAccount: Account {
        switch source {
        case .pattern(let pattern, _, let password):
            Account(username: NamePattern(pattern).name(index: 0), password: password)
        case .list(let accounts): accounts.first ?? Account(username: "", password: "")
        case .anonymous: Account(username: "", password: "")
        }
    }
}
