import ArgumentParser
import Domains
import EmbeddedServer
import Foundation
import LoadPlan
import ResultFiles
import SASL
import ScenarioFile
import Transport
import XMPP

/// The embedded server in its own process, on loopback only.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the embedded server, on loopback only.",
        discussion: "It runs until standard input ends or a signal comes.")

    @Option(help: "The port; 0 lets the system choose.")
    var port: UInt16 = 0

    @Option(help: "The XMPP domain that it serves.")
    var domain = "localhost"

    @Option(help: "starttls, direct or none.")
    var tls: Encryption = .starttls

    @Option(name: .customLong("mechanism"), help: "A SASL mechanism to offer; may be given several times.")
    var mechanisms: [String] = ["SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN", "ANONYMOUS"]

    @Option(
        name: .customLong("extension"),
        help: "What to offer beyond RFC 6120: sasl2, bind2, fast or iq-auth; may be given several times.")
    var extensions: [String] = []

    @Option(help: "Whose wording it uses: plain or openfire.")
    var profile: Dialect = .plain

    @Option(
        name: .customLong("delay"), help: "Hold back the answer of a phase, as in sasl=5ms; may be given several times."
    )
    var delays: [Delay] = []

    @Option(name: .customLong("fail"), help: "The share of logins, 0 to 1, to refuse with temporary-auth-failure.")
    var failureShare = 0.0

    @Option(help: "Processor time that each login costs on top, as in 1ms.")
    var burn = Milliseconds(nanoseconds: 0)

    @Option(help: "Bytes that it keeps of each login for good.")
    var leak = 0

    @Option(help: "The PBKDF2 iterations of SCRAM.")
    var iterations = 4096

    @Option(help: "A CSV file of the accounts that exist; without it any account does, with MUSTER_PASSWORD.")
    var accounts: String?

    @Flag(help: "Let clients make and remove accounts (XEP-0077); without --accounts there is none at first.")
    var registration = false

    @Option(help: "How many TLS tickets a full handshake hands out, for clients to resume by.")
    var tickets = 0

    @Option(
        name: .customLong("client-ca"),
        help: "A PEM file: ask clients for a certificate that one of these signed, as EXTERNAL needs it.")
    var clientAuthorities: String?

    @Option(
        name: .customLong("log-times"),
        help: "A CSV file to write at the end: when each request arrived, was read, and its answer written.")
    var timesFile: String?

    @Flag(name: .customLong("lifeline"), help: .hidden)
    var hasLifeline = false

    enum Encryption: String, ExpressibleByArgument { case starttls, direct, none }
    enum Dialect: String, ExpressibleByArgument { case plain, openfire }
    func validate() throws {
        _ = try preparedDomain()
        for name in mechanisms where !Mechanism.supported.contains(Mechanism(rawValue: name)) {
            throw ValidationError(
                "--mechanism \(name): offered can be \(Mechanism.supported.map(\.rawValue).joined(separator: ", "))")
        }
        try validateExtensions()
        guard (0...1).contains(failureShare) else {
            throw ValidationError("--fail \(failureShare): a share from 0 to 1 is expected")
        }
        guard (0...1 << 30).contains(leak) else {
            throw ValidationError("--leak \(leak): 0 to \(1 << 30) bytes are expected")
        }
        guard (0...16).contains(tickets) else {
            throw ValidationError("--tickets \(tickets): 0 to 16 is expected")
        }
        guard (1...1_000_000).contains(iterations) else {
            throw ValidationError("--iterations \(iterations): 1 to 1000000 is expected")
        }
    }

    private func preparedDomain() throws -> Domain {
        do throws(DomainError) { return try Domain(domain) } catch {
            throw ValidationError("--domain \(domain): \(error.reason)")
        }
    }

    private func validateExtensions() throws {
        let known = ServerProfile.Extension.allCases.map(\.rawValue)
        for name in extensions where !known.contains(name) {
            throw ValidationError("--extension \(name): offered can be \(known.joined(separator: ", "))")
        }
        for name in extensions where ["bind2", "fast"].contains(name) && !extensions.contains("sasl2") {
            throw ValidationError("--extension \(name): it is a part of sasl2, which is not given")
        }
    }

    func run() throws {
        DescriptorLimit.raise(to: DescriptorLimit.hard)
        let server = try makeServer(secrets())
        let address: SocketAddress
        do throws(TransportFailure) { address = try server.start() } catch {
            throw CommandFailure(.notReachable, "muster: cannot listen on 127.0.0.1:\(port): \(error)")
        }
        Terminal.output(EmbeddedAnnouncement(port: address.port, sha256: server.fingerprint).line)
        waitForTheEnd(of: server)
        try writeTimes(of: server)
        if hasLifeline { Terminal.output(line(server.currentReport)) }
    }

    private func writeTimes(of server: LoginServer) throws {
        guard let timesFile else { return }
        do throws(ResultError) { try ExchangeRow.write(server.exchanges.map(ExchangeRow.init), to: timesFile) } catch {
            throw CommandFailure(.notReachable, "muster: \(error)")
        }
    }

    /// For the parent: what was done on purpose.
    private func line(_ report: ServerReport) -> String {
        let delays = report.delayed.map { ($0.name, Double(report.medianDelay(of: $0) ?? 0) / 1000) }
        let embedded = RunDescription.Embedded(
            pid: getpid(), logins: report.logins, burntUs: Double(report.burnt) / 1000,
            delayUs: Dictionary(uniqueKeysWithValues: delays),
            acceptedBySecond: report.acceptedBySecond.isEmpty ? nil : report.acceptedBySecond)
        return (try? JSONEncoder().encode(embedded)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func secrets() throws -> EmbeddedSecrets {
        if hasLifeline { return EmbeddedSecrets.readLine() }
        guard let accounts else {
            return registration ? EmbeddedSecrets(Accounts(source: .list([]))) : EmbeddedSecrets.fromEnvironment()
        }
        do throws(ScenarioErrors) {
            return EmbeddedSecrets(Accounts(source: .list(try ScenarioReader.readAccounts(file: accounts))))
        } catch { throw CommandFailure(.wrongUse, error.rendered) }
    }

    private func makeServer(_ secrets: EmbeddedSecrets) throws -> LoginServer {
        let registry = secrets.registry(iterations: iterations)
        let profile = ServerProfile(
            domain: try preparedDomain().text, mechanisms: mechanisms.map { Mechanism(rawValue: $0) },
            encryption: encryption,
            dialect: profile == .plain ? .plain : .openfire,
            accounts: try secrets.store(registry, iterations: iterations),
            extensions: Set(extensions.compactMap(ServerProfile.Extension.init)),
            registry: registration ? registry : nil)
        let held = Dictionary(delays.map { ($0.phase, $0.nanoseconds) }, uniquingKeysWith: { $1 })
        let configuration = ServerConfiguration(
            profile: profile, port: port, delays: held, failureShare: failureShare, burn: burn.nanoseconds,
            leak: leak, tickets: tickets, clientAuthorities: clientAuthorities, keepsTimes: timesFile != nil)
        do throws(TransportFailure) { return try LoginServer(configuration) } catch {
            throw CommandFailure(noServer: error)
        }
    }

    private var encryption: ServerProfile.Encryption {
        switch tls {
        case .starttls: .starttls
        case .direct: .direct
        case .none: .none
        }
    }

    /// A child ends with its parent's pipe and with nothing else: the parent may still have sessions to log out when a
    /// signal reaches both.
    private func waitForTheEnd(of server: LoginServer) {
        guard hasLifeline else {
            let signals = SignalWaiter([SIGINT, SIGTERM])
            return signals.wait()
        }
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        while let line = Swift.readLine() { Terminal.output(obey(line, server)) }
    }

    /// What the parent is told: nothing, or what went wrong.
    private func obey(_ order: String, _ server: LoginServer) -> String {
        do throws(TransportFailure) {
            switch EmbeddedOrder(rawValue: order) {
            case .goDown: try server.goDown()
            case .comeBack: try server.comeBack()
            case nil: return "unknown order"
            }
            return ""
        } catch { return ProbeText.words(error) }
    }
}

extension CommandFailure {
    /// Why the embedded server cannot start: only `--client-ca` is a matter of TLS.
    fileprivate init(noServer failure: TransportFailure) {
        switch failure {
        case .tls(let reason), .untrusted(let reason): self.init(.wrongUse, "muster: --client-ca: \(reason)")
        default: self.init(.notReachable, "muster: the server cannot start: \(ProbeText.words(failure))")
        }
    }
}

extension ExchangeRow {
    fileprivate init(_ exchange: Exchange) {
        self.init(
            client: "\(exchange.client)", phase: exchange.phase, arrived: exchange.arrived, read: exchange.read,
            written: exchange.written, took: exchange.took)
    }
}

/// `phase=duration`, as in `sasl=5ms`.
struct Delay: ExpressibleByArgument {
    let phase: LoginPhase
    let nanoseconds: UInt64

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let phase = LoginPhase(named: String(parts[0])),
            let time = Milliseconds(argument: String(parts[1]))
        else { return nil }
        self.phase = phase
        nanoseconds = time.nanoseconds
    }
}

/// A time of up to a minute, as in `1.5ms`.
struct Milliseconds: ExpressibleByArgument {
    let nanoseconds: UInt64

    init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    init?(argument: String) {
        guard argument.hasSuffix("ms"), let number = Double(argument.dropLast(2)), (0...60_000).contains(number) else {
            return nil
        }
        nanoseconds = UInt64(number * 1e6)
    }

    var defaultValueDescription: String { "\(nanoseconds / 1_000_000)ms" }
}
