import Foundation
import TestSupport
import Testing
import Transport

/// Connects, says "go" on each connection, is then held up, and takes note of what its lane tells.
private final class Visitor: LaneDelegate, @unchecked Sendable {  // confined to the lane's queue, read after the end
    let lane: Lane
    /// How long the lane's queue does nothing, in seconds.
    let hold: Double
    private var wanted = 0
    private var connected = 0
    private(set) var began: UInt64 = 0
    private(set) var established: UInt64 = 0
    private(set) var sent: UInt64 = 0
    private(set) var receipts: [Receipt] = []
    private(set) var deadlines = 0
    /// How long after its sending each connection has its deadline, in nanoseconds.
    private let patience: UInt64

    init(held hold: Double, patience: UInt64 = .max) throws {
        lane = try Lane(label: "visitor")
        (self.hold, self.patience) = (hold, patience)
        lane.start(delegate: self)
    }

    /// - Parameter held: how long the lane is held up after it began to connect, in seconds.
    func connect(to port: UInt16, times: Int = 1, held: Double = 0) {
        lane.queue.sync {
            wanted = times
            for _ in 0..<times { began = (try? lane.connect(to: .loopback(last: 1, port: port)).began) ?? 0 }
            Thread.sleep(forTimeInterval: held)
        }
    }

    func stop() async { await withCheckedContinuation { done in lane.stop { done.resume() } } }

    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {
        established = max(established, instant)
        sent = lane.send(Array("go".utf8), on: connection) ?? 0
        if patience != .max { lane.setDeadline(sent + patience, of: connection) }
        connected += 1
        if connected == wanted { Thread.sleep(forTimeInterval: hold) }
    }

    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        receipts.append(receipt)
        if bytes.elementsEqual("answer".utf8) { lane.setDeadline(.max, of: connection) }
    }

    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {
        deadlines += 1
        lane.close(connection)
    }

    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {}
    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {}
    func laneDidHandleEvents() {}
    func laneDidWake(at instant: UInt64) {}

    var count: (receipts: Int, deadlines: Int) { lane.queue.sync { (receipts.count, deadlines) } }
}

/// Answers whoever says anything.
private final class Host: LaneDelegate, @unchecked Sendable {  // stateless
    private let lane: Lane

    init() throws {
        lane = try Lane(label: "host")
        lane.start(delegate: self)
    }

    func listen() throws -> UInt16 {
        try lane.queue.sync { try lane.listen(on: .loopback(last: 1), backlog: 1024).port }
    }

    func stop() async { await withCheckedContinuation { done in lane.stop { done.resume() } } }

    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        lane.send(Array("answer".utf8), on: connection)
    }

    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {}
    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {}
    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidHandleEvents() {}
    func laneDidWake(at instant: UInt64) {}
}

@Suite("A lane that is held up", .serialized)
struct LaneTests {
    @Test("tells when bytes arrived, however late they are read")
    func arrival() async throws {
        let server = try ScriptedServer([.hear("go"), .say("answer"), .hearTheEnd])
        let visitor = try Visitor(held: 1)
        visitor.connect(to: server.port)
        try await awaitCondition("the answer is read") { visitor.count.receipts == 1 }
        await visitor.stop()
        let receipt = try #require(visitor.receipts.first)
        #expect(receipt.isStamped)
        #expect(receipt.arrived >= visitor.sent)
        #expect(receipt.arrived - visitor.sent < 200_000_000)
        #expect(receipt.read - visitor.sent >= 1_000_000_000)
        #expect(visitor.lane.traffic.unstampedReads == 0)
    }

    @Test("a connection stands since its peer said so, and not since somebody looked")
    func establishment() async throws {
        let host = try Host()
        let visitor = try Visitor(held: 0)
        visitor.connect(to: try host.listen(), held: 1)
        try await awaitCondition("the answer is read") { visitor.count.receipts == 1 }
        await visitor.stop()
        await host.stop()
        #expect(visitor.established > visitor.began)
        #expect(visitor.established - visitor.began < 200_000_000)
    }

    @Test("no deadline passes of those who have answered, be they ever so many")
    func answered() async throws {
        let host = try Host()
        let visitor = try Visitor(held: 1, patience: 300_000_000)
        visitor.connect(to: try host.listen(), times: 600)
        try await awaitCondition("all are read") { visitor.count.receipts + visitor.count.deadlines >= 600 }
        await visitor.stop()
        await host.stop()
        #expect(visitor.deadlines == 0)
        #expect(visitor.receipts.count == 600)
    }

    @Test("the deadline passes of one who says anything but the answer, without end")
    func flood() async throws {
        let server = try ScriptedServer([.hear("go"), .sayForever(String(repeating: "x", count: 65_536))])
        let visitor = try Visitor(held: 0.5, patience: 100_000_000)
        visitor.connect(to: server.port)
        try await awaitCondition("the deadline has passed") { visitor.count.deadlines == 1 }
        await visitor.stop()
    }
}
