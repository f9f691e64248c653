import ArgumentParser
import Domains
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

    @Argument(
        help: "HOST:PORT, or a domain whose servers DNS names (SRV). An address alone has the port 5222.")
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

    @Flag(help: "Log in even where the certificate is not trusted.")
    var anyCertificate = false

    enum TLSChoice: String, ExpressibleByArgument { case starttls, direct, none }

    func validate() throws {
        guard let mechanism, !Mechanism.supported.contains(Mechanism(rawValue: mechanism)) else { return }
        let known = Mechanism.supported.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--mechanism \(mechanism): expected one of \(known)")
    }

    func run() throws {
        let plan = try makePlan()
        let target = try RunTarget(
            agreed: plan, ServerSearch(resolver: try .ofEnvironment()),
            advice: "add --owner-consents if its owner agrees")
        let account = plan.accounts.firstAccount
        let probe = try Probe(
            target, plan, account, server: server(target, plan, account), showsTranscript: transcript,
            isAnyCertificateGood: anyCertificate || (scenarioFile == nil && target.isLoopback))
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
            address: plan.target.address.text, domain: plan.target.domain.text, encryption: plan.target.tls.rawValue,
            isLocal: plan.target.address.isLocal, user: plan.accounts.source == .anonymous ? nil : account.username)
    }

    private static func words(_ server: ProbedServer) -> String {
        (["", "a scenario that fits this server, for muster check and muster run:", ""]
            + server.scenario.map { "    " + $0 }).joined(separator: "\n")
    }

    /// The scenario's plan, or a small one, with what the arguments say.
    private func makePlan() throws -> RunPlan {
        let (host, port) = try hostAndPort()
        let isNameAlone = port == nil && !host.isAddress
        let address = isNameAlone ? Target.Address.domain(host.ascii) : .host(host.ascii, port: port ?? 5222)
        var plan = try scenarioPlan() ?? Self.smallPlan(host, address)
        plan.target.address = address
        if let domain { plan.target.domain = try Self.domain(domain, of: "--domain") }
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
                file: scenarioFile, environment: ProcessInfo.processInfo.environment, defaultSeed: 0,
                check: PlanProblem.all
            ).plan
        } catch { throw CommandFailure(.wrongUse, error.rendered) }
    }

    private static func domain(_ text: String, of argument: String) throws -> Domain {
        do throws(DomainError) { return try Domain(text) } catch {
            throw CommandFailure(.wrongUse, "muster: \(argument) \(text): \(error.reason)")
        }
    }

    private static func smallPlan(_ host: Domain, _ address: Target.Address) -> RunPlan {
        RunPlan(
            name: "probe", seed: 0, interval: .seconds(1),
            target: Target(address: address, domain: host),
            stages: [Stage(name: "probe", shape: .burst(logins: 1))])
    }

    private func hostAndPort() throws -> (Domain, UInt16?) {
        if target.hasPrefix("["), let end = target.firstIndex(of: "]") {
            let host = try Self.domain(String(target[...end]), of: "the host")
            return (host, try port(target[target.index(after: end)...].drop { $0 == ":" }))
        }
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let host = parts.first, !host.isEmpty else {
            throw CommandFailure(.wrongUse, "muster: \(target): HOST or HOST:PORT is expected")
        }
        return (try Self.domain(String(host), of: "the host"), parts.count == 2 ? try port(parts[1]) : nil)
    }

    private func port(_ text: Substring) throws -> UInt16? {
        if text.isEmpty { return nil }
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
    /// Whether it is this machine whatever DNS says.
    fileprivate var isLocal: Bool {
        switch self {
        case .embedded: true
        case .domain(let name): name == "localhost"
        case .host(let name, let port):
            name == "localhost" || SocketAddress(literal: name, port: port)?.isLoopback == true
        }
    }

    /// As a scenario writes it.
    fileprivate var text: String {
        switch self {
        case .embedded: "embedded"
        case .domain(let name): name
        case .host(let name, let port): name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        }
    }
}

extension Accounts {
    /// Who a single login logs in as.
    var firstAccount: Account {
        var account = all.first ?? Account(username: "", password: "")
        account.resource = account.resource ?? resource.map { NamePattern($0).name(index: 0) }
        return account
    }
}
