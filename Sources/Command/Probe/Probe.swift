import Dispatch
import Domains
import Engine
import Foundation
import LoadPlan
import Metrics
import Reports
import SASL
import Transport
import XMLStream
import XMPP

/// Drives one login and says each step on standard output. Confined to its lane's queue.
final class Probe: @unchecked Sendable {
    let lane: Lane
    let target: RunTarget
    let plan: RunPlan
    private let tls: TLSClientSettings?
    /// What the server says comes through here.
    let door: ForeignTextDoor
    let transcript: ProbeTranscript?
    private let ended = DispatchSemaphore(value: 0)
    let scratch = StanzaScratch()
    var login: Login
    var actions: [LoginAction] = []
    var offers: OfferReader
    /// The place of the address that is being tried.
    private var place = 0
    private var began: UInt64 = 0
    var phase = "connect"
    var phaseBegan: UInt64 = 0
    /// The mechanism that was asked for.
    private var chosen: String?
    private var outcome: Outcome?
    /// What was found out so far.
    var server: ProbedServer
    /// Why the certificate is not trusted; nil where it is, or need not be.
    var distrust: String?
    /// Whether one that is not trusted may be shown the password.
    private let isAnyCertificateGood: Bool
    private let credentials: Credentials
    private let resource: String?

    /// - Throws: `CommandFailure` if there is no descriptor left.
    init(
        _ target: RunTarget, _ plan: RunPlan, _ account: Accounts.Account, server: ProbedServer,
        showsTranscript: Bool, isAnyCertificateGood: Bool
    ) throws {
        self.target = target
        self.plan = plan
        self.server = server
        self.isAnyCertificateGood = isAnyCertificateGood
        var tls = target.tls
        tls?.acceptsUntrusted = true
        self.tls = tls
        credentials = Credentials(
            username: account.username, password: Secret(account.password.plain), domain: plan.target.domain.text,
            token: account.token.map { Secret($0.plain) })
        door = target.door.knowing(credentials)
        offers = OfferReader(door)
        transcript = showsTranscript ? ProbeTranscript(door) : nil
        resource = account.resource
        login = Self.login(target, credentials, resource, at: target.addresses[0])
        do throws(TransportFailure) { lane = try Lane(label: "muster.probe") } catch {
            throw CommandFailure(.notReachable, "muster: the probe cannot start: \(ProbeText.words(error))")
        }
    }

    /// How it ended: whether the login worked, and a sentence on it.
    struct Outcome {
        let status: ExitStatus
        let sentence: String
    }

    /// Blocks until the login is over.
    func run() -> Outcome {
        for remark in target.remarks { Terminal.output(remark) }
        lane.start(delegate: self)
        lane.queue.async { [self] in connect() }
        ended.wait()
        return lane.queue.sync { outcome } ?? Outcome(status: .failed, sentence: "the probe was cut")
    }

    private static func login(
        _ target: RunTarget, _ credentials: Credentials, _ resource: String?, at address: SocketAddress
    ) -> Login {
        Login(
            target.script, credentials: credentials, resource: resource,
            userAgent: UserAgent(id: UUID().uuidString.lowercased()),
            mayShowSecrets: target.consent.mayShowSecrets(to: address))
    }

    private func connect() {
        login = Self.login(target, credentials, resource, at: target.addresses[place])
        Terminal.output("\(target.addresses[place]), domain \(plan.target.domain)")
        do throws(TransportFailure) {
            let (connection, instant) = try lane.connect(to: target.addresses[place])
            began = instant
            begin("connect", connection, at: instant)
        } catch { cannotConnect("connect: \(ProbeText.words(error))") }
    }

    /// Tries the next address, if there is one.
    func cannotConnect(_ sentence: String) {
        place += 1
        guard place < target.addresses.count else { return finish(.notReachable, sentence) }
        Terminal.output("  \(sentence)")
        connect()
    }

    private func begin(_ name: String, _ connection: ConnectionID, at instant: UInt64) {
        phase = name
        phaseBegan = instant
        lane.setDeadline(instant + plan.login.timeouts.limit(of: name).inNanoseconds, of: connection)
    }

    /// Says how long a phase took, what it did, and what the server offered with it.
    func took(_ name: String, _ instant: UInt64, _ meaning: String? = nil) {
        say(name, instant - min(instant, phaseBegan), meaning ?? ServerGuide.phase(name))
        for line in offers.take() { detail(line) }
    }

    private func say(_ name: String, _ nanoseconds: UInt64, _ meaning: String) {
        let time = Format.duration(nanoseconds: Double(nanoseconds))
        let padded = name + String(repeating: " ", count: max(1, 10 - name.count))
        Terminal.output("  \(padded)\(String(repeating: " ", count: max(0, 7 - time.count)))\(time)  \(meaning)")
    }

    func detail(_ text: String) { Terminal.output("      \(text)") }

    func finish(_ status: ExitStatus, _ sentence: String) {
        guard outcome == nil else { return }
        transcript?.end()
        outcome = Outcome(status: status, sentence: sentence)
        lane.stop { [ended] in ended.signal() }
    }
}

// MARK: - What the login wants done

extension Probe {
    func perform(_ connection: ConnectionID, at instant: UInt64) {
        var next = 0
        while next < actions.count {
            let action = actions[next]
            next += 1
            perform(action, connection, at: instant)
        }
        actions.removeAll()
    }

    /// Whether the next thing to be said is a secret, or leads to one.
    private static func isConfidential(_ action: LoginAction) -> Bool {
        switch action {
        case .send(_, .sasl), .send(_, .iqAuth), .send(_, .register), .bindChannel: true
        default: false
        }
    }

    private func perform(_ action: LoginAction, _ connection: ConnectionID, at instant: UInt64) {
        if let distrust, !isAnyCertificateGood, Self.isConfidential(action) {
            return finish(
                .failed,
                "tls: the certificate is not trusted (\(distrust)), and the password was not sent; "
                    + "--any-certificate sends it all the same")
        }
        switch action {
        case .send(let bytes, let phase): send(bytes, phase, connection, at: instant)
        case .ended(.sasl): loggedIn(at: instant)
        case .ended(let phase): took(name(phase), instant)
        case .endedRound: break
        case .startTLS: startTLS(connection)
        case .startCompression: startCompression(connection)
        case .fellBack(let failure): detail(words(failure))
        case .rosterVersion(let version): detail("version \(door.shown(version)) of the contact list")
        case .fast(.authenticated(_, let token?)):
            detail("gave a token to log in by, good until \(door.shown(token.expiry))")
        case .fast: break
        case .derive(let derivation):
            login.receive(derived: Result { () throws(SASLError) in try derivation.run() }, &actions)
        case .bindChannel(let request): bind(request, connection)
        case .judge(let reply):
            login.receive(judged: reply, isExpected: target.isExpected(reply), using: scratch, &actions)
        case .loggedIn:
            say("login", instant - began, "all of it")
            lane.setDeadline(instant + 2_000_000_000, of: connection)
            login.logOut(&actions)
        case .loggedOut: finish(.passed, "logged in and out")
        case .failed(let failure):
            let advice = ProbeText.advice(on: failure, at: server)
            finish(.failed, "\(words(failure))\(advice)")
        }
    }

    private func words(_ failure: LoginFailure) -> String {
        "\(name(failure.phase)): \(ProbeText.words(door.shown(Failure(failure))))"
    }

    private func name(_ phase: LoginPhase) -> String { target.phases.name(of: Phase(phase)) }

    private func send(_ bytes: [UInt8], _ phase: LoginPhase?, _ connection: ConnectionID, at instant: UInt64) {
        transcript?.sent(bytes)
        let sent = lane.send(bytes, on: connection) ?? instant
        if let phase { begin(name(phase), connection, at: sent) }
        if phase == .greeting || phase == .offer || phase == .restart { offers.restart() }
        if phase == .sasl {
            server.isKnown = true
            chosen = Self.mechanism(in: bytes)
        }
    }

    private func loggedIn(at instant: UInt64) {
        server.mechanism = chosen
        let name = chosen.map { " by \($0)" } ?? ""
        took("sasl", instant, ServerGuide.phase("sasl") + name)
    }

    /// The mechanism that an `<auth/>` or `<authenticate/>` names.
    private static func mechanism(in bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.firstMatch(of: #/\smechanism=['"]([^'"]+)['"]/#).map { String($0.1) }
    }

    private func bind(_ request: BindingRequest, _ connection: ConnectionID) {
        let binding = lane.channelBinding(request.kinds, of: connection)
        if let binding { detail("the login is bound to this connection by \(binding.kind.rawValue)") }
        login.receive(binding: binding, for: request, &actions)
    }

    private func startCompression(_ connection: ConnectionID) {
        offers.restart()
        do throws(TransportFailure) { try lane.startCompression(on: connection) } catch {
            return finish(.failed, "compress: \(ProbeText.words(error))")
        }
        login.compressed(&actions)
    }

    private func startTLS(_ connection: ConnectionID) {
        guard let tls else { return }
        begin("tls", connection, at: MonotonicClock.now)
        do throws(TransportFailure) {
            try lane.startTLS(tls, identity: target.identity(of: 0), on: connection)
        } catch {
            finish(.failed, "tls: \(ProbeText.words(error))")
        }
    }
}
