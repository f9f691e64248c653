import Domains
import LoadPlan
import Metrics
import Reports
import Transport
import XMLStream
import XMPP

// What the lane tells.

extension Probe: LaneDelegate {
    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {
        took("connect", instant)
        login.connected(&actions)
        perform(connection, at: instant)
    }

    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        unsafe transcript?.received(Array(bytes))
        unsafe offers.read(bytes)
        var chunk = unsafe Chunk(bytes)
        login.receive(&chunk, using: scratch, &actions)
        perform(connection, at: receipt.arrived)
    }

    func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {
        let summary = lane.tlsSummary(of: connection)
        took("tls", handshake.ended, summary.map(ProbeText.words))
        if let certificate = lane.peerCertificate(of: connection) { show(certificate, summary, connection) }
        offers.restart()
        login.secured(&actions)
        perform(connection, at: handshake.ended)
    }

    private func show(_ certificate: CertificateSummary, _ summary: TLSSummary?, _ connection: ConnectionID) {
        let domain = plan.target.domain
        let isNamed = lane.isPeerNamed(domain, on: connection)
        let distrust = summary?.distrust.map { door.shown($0) }
        self.distrust = distrust
        server.certificate = ProbedServer.Certificate(sha256: certificate.sha256, distrust: distrust)
        let lines = ProbeText.lines(certificate, domain: domain.text, isNamed: isNamed, distrust: distrust, door)
        for line in lines { detail(line) }
    }

    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {
        if login.isClosing { return finish(.passed, "logged in and out") }
        giveUp("\(phase): \(door.shown(ProbeText.words(failure)))", connection)
    }

    /// Where nobody could be reached, another address may be.
    private func giveUp(_ sentence: String, _ connection: ConnectionID) {
        guard phase == "connect" else { return finish(.failed, sentence) }
        lane.close(connection)
        cannotConnect(sentence)
    }

    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {
        if login.isClosing { return finish(.passed, "logged in and out; the server did not close its stream") }
        server.hangsOnTLS13 =
            phase == "offer" && lane.tlsSummary(of: connection)?.version == "TLSv1.3"
        let hint = server.hangsOnTLS13 ? "; Openfire 4.x can hang on TLS 1.3 here: try tls-versions: 1.2" : ""
        let patience = Format.duration(nanoseconds: Double(instant - phaseBegan))
        giveUp("\(phase): no answer within \(patience)\(hint)", connection)
    }

    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidWake(at instant: UInt64) {}
    func laneDidHandleEvents() {}
}
