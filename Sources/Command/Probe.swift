import Dispatch
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
final class Probe: LaneDelegate, @unchecked Sendable {
    private let lane: Lane
    private let target: RunTarget
    private let plan: RunPlan
    private let showsTranscript: Bool
    private let ended = DispatchSemaphore(value: 0)
    private let scratch = StanzaScratch()
    private var login: Login
    private var reading = StreamReader()
    private var actions: [LoginAction] = []
    /// The place of the address that is being tried.
    private var place = 0
    private var began: UInt64 = 0
    private var phase = "connect"
    private var phaseBegan: UInt64 = 0
    private var status: ExitStatus?

    /// - Throws: `CommandFailure` if there is no descriptor left.
    init(_ target: RunTarget, _ plan: RunPlan, _ account: Accounts.Account, showsTranscript: Bool) throws {
        self.target = target
        self.plan = plan
        self.showsTranscript = showsTranscript
        let credentials = Credentials(
            username: account.username, password: Secret(account.password.plain), domain: plan.target.domain)
        login = Login(
            target.script, credentials: credentials, resource: account.resource,
            userAgent: UserAgent(id: UUID().uuidString.lowercased()))
        do throws(TransportFailure) { lane = try Lane(label: "muster.probe") } catch {
            throw CommandFailure(.notReachable, "muster: the probe cannot start: \(ProbeText.words(error))")
        }
    }

    /// Blocks until the login is over.
    func run() -> ExitStatus {
        for remark in target.remarks { say(remark) }
        lane.start(delegate: self)
        lane.queue.async { [self] in connect() }
        ended.wait()
        return status ?? .failed
    }

    private func say(_ text: String) { Terminal.output(text) }

    private func connect() {
        say("\(target.addresses[place]), domain \(plan.target.domain)")
        do throws(TransportFailure) {
            let (connection, instant) = try lane.connect(to: target.addresses[place])
            began = instant
            begin("connect", connection, at: instant)
        } catch { cannotConnect("connect: \(ProbeText.words(error))") }
    }

    /// Tries the next address, if there is one.
    private func cannotConnect(_ sentence: String) {
        place += 1
        guard place < target.addresses.count else { return finish(.notReachable, sentence) }
        say("  \(sentence)")
        connect()
    }

    private func begin(_ name: String, _ connection: ConnectionID, at instant: UInt64) {
        phase = name
        phaseBegan = instant
        lane.setDeadline(instant + plan.login.timeouts.limit(of: name).inNanoseconds, of: connection)
    }

    private func took(_ name: String, _ instant: UInt64, _ detail: String = "") {
        let time = Format.duration(nanoseconds: Double(instant - min(instant, phaseBegan)))
        let padding = String(repeating: " ", count: max(1, 10 - name.count))
        say("  \(name)\(padding)\(time)\(detail.isEmpty ? "" : "  \(detail)")")
    }

    private func finish(_ status: ExitStatus, _ sentence: String) {
        guard self.status == nil else { return }
        self.status = status
        if status == .passed { say(sentence) } else { Terminal.error("muster: \(sentence)") }
        lane.stop { [ended] in ended.signal() }
    }

    private func show(_ arrow: String, _ bytes: [UInt8]) {
        if showsTranscript { say("    \(arrow) \(ProbeText.masked(String(decoding: bytes, as: UTF8.self)))") }
    }

    // MARK: LaneDelegate

    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {
        took("connect", instant)
        login.connected(&actions)
        perform(connection, at: instant)
    }

    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, at instant: UInt64) {
        show("<", unsafe Array(bytes))
        unsafe explain(bytes)
        var chunk = unsafe Chunk(bytes)
        login.receive(&chunk, using: scratch, &actions)
        perform(connection, at: instant)
    }

    func laneDidSecure(_ connection: ConnectionID, cpu: UInt64, at instant: UInt64) {
        let summary = lane.tlsSummary(of: connection)
        let kind = summary?.isResumed == true ? "resumed" : "full"
        took("tls", instant, "\(summary?.version ?? ""), \(summary?.cipher ?? ""), \(kind)")
        if let certificate = lane.peerCertificate(of: connection) {
            for line in ProbeText.lines(certificate) { say("            \(line)") }
        }
        reading.restart()
        login.secured(&actions)
        perform(connection, at: instant)
    }

    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {
        if login.isClosing { return finish(.passed, "logged in and out") }
        giveUp("\(phase): \(ProbeText.words(failure))", connection)
    }

    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {
        if login.isClosing { return finish(.passed, "logged in and out; the server did not close its stream") }
        let isHung = phase == "offer" && lane.tlsSummary(of: connection)?.version == "TLSv1.3"
        let hint = isHung ? "; Openfire 4.x can hang on TLS 1.3 here: try tls-versions: 1.2" : ""
        let patience = Format.duration(nanoseconds: Double(instant - phaseBegan))
        giveUp("\(phase): no answer within \(patience)\(hint)", connection)
    }

    /// Where nobody could be reached, another address may be.
    private func giveUp(_ sentence: String, _ connection: ConnectionID) {
        guard phase == "connect" else { return finish(.failed, sentence) }
        lane.close(connection)
        cannotConnect(sentence)
    }

    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidWake(at instant: UInt64) {}

    func laneDidHandleEvents() {}

    // MARK: Actions

    private func perform(_ connection: ConnectionID, at instant: UInt64) {
        var next = 0
        while next < actions.count {
            let action = actions[next]
            next += 1
            perform(action, connection, at: instant)
        }
        actions.removeAll()
    }

    private func perform(_ action: LoginAction, _ connection: ConnectionID, at instant: UInt64) {
        switch action {
        case .send(let bytes, let phase):
            show(">", bytes)
            let sent = lane.send(bytes, on: connection) ?? instant
            if let phase { begin(name(phase), connection, at: sent) }
            if phase == .greeting || phase == .offer || phase == .restart { reading.restart() }
        case .ended(let phase): took(name(phase), instant)
        case .endedRound: break
        case .startTLS: startTLS(connection)
        case .startCompression: startCompression(connection)
        case .fellBack(let failure): say("            \(ProbeText.words(failure))")
        case .rosterVersion(let version): say("            version \(version) of the roster")
        case .derive(let derivation):
            login.receive(derived: Result { () throws(SASLError) in try derivation.run() }, &actions)
        case .bindChannel(let request):
            let binding = lane.channelBinding(request.kinds, of: connection)
            if let binding { say("            bound to the connection by \(binding.kind.rawValue)") }
            login.receive(binding: binding, for: request, &actions)
        case .fast(.authenticated(_, let token?)):
            say("            gave a token to log in by, good until \(token.expiry)")
        case .fast: break
        case .judge(let reply):
            login.receive(judged: reply, isExpected: target.isExpected(reply), using: scratch, &actions)
        case .loggedIn:
            say("  login     \(Format.duration(nanoseconds: Double(instant - began))) in all")
            lane.setDeadline(instant + 2_000_000_000, of: connection)
            login.logOut(&actions)
        case .loggedOut: finish(.passed, "logged in and out")
        case .failed(let failure): finish(.failed, "\(name(failure.phase)): \(ProbeText.words(failure))")
        }
    }

    private func name(_ phase: LoginPhase) -> String { target.phases.name(of: Phase(phase)) }

    private func startTLS(_ connection: ConnectionID) {
        guard let settings = target.tls else { return }
        begin("tls", connection, at: MonotonicClock.now)
        do throws(TransportFailure) {
            try lane.startTLS(settings, identity: target.identity(of: 0), on: connection)
        } catch {
            finish(.failed, "tls: \(ProbeText.words(error))")
        }
    }

    private func startCompression(_ connection: ConnectionID) {
        reading.restart()
        do throws(TransportFailure) { try lane.startCompression(on: connection) } catch {
            return finish(.failed, "compress: \(ProbeText.words(error))")
        }
        login.compressed(&actions)
    }

    /// Says what stream features offer. It reads beside the login, which asks only for what it needs.
    private func explain(_ bytes: UnsafeRawBufferPointer) {
        var chunk = unsafe Chunk(bytes)
        let other = StanzaScratch()
        while let event = try? reading.next(&chunk, using: other) {
            guard case .stanza(let stanza) = event, stanza.hasName("features") else { continue }
            for child in stanza.children { say("            offers \(ProbeText.offer(child))") }
        }
    }
}
