import Foundation
import TestSupport
import Testing
import Transport
import Zlib

/// Accepts whoever comes, and takes note of what arrives from whom; says again what it hears, or a lot at once.
private final class Listener: LaneDelegate, @unchecked Sendable {  // confined to the lane's queue
    enum Manner { case listens, compresses, echoes, floods }

    let lane: Lane
    private let manner: Manner
    private var heard: [(connection: Int, bytes: Int)] = []
    private var failures: [TransportFailure] = []

    init(_ manner: Manner) throws {
        lane = try Lane(label: "listener")
        self.manner = manner
        lane.start(delegate: self)
    }

    func listen() throws -> UInt16 {
        try lane.queue.sync { try lane.listen(on: .loopback(last: 1), backlog: 16).port }
    }

    func stop() async { await withCheckedContinuation { done in lane.stop { done.resume() } } }

    var seen: [(connection: Int, bytes: Int)] { lane.queue.sync { heard } }
    var failed: [TransportFailure] { lane.queue.sync { failures } }

    func laneDidAccept(_ connection: ConnectionID, at instant: UInt64) {
        if manner == .compresses { try? lane.startCompression(on: connection) }
        if manner == .floods { lane.send([UInt8](repeating: 0x20, count: 16 << 20), on: connection) }
        heard.append((connection.index, 0))
    }

    func laneDidReceive(_ connection: ConnectionID, _ bytes: UnsafeRawBufferPointer, _ receipt: Receipt) {
        heard.append((connection.index, bytes.count))
        if manner == .echoes { lane.send(Array(bytes), on: connection) }
    }

    func laneDidFail(_ connection: ConnectionID, _ failure: TransportFailure, at instant: UInt64) {
        failures.append(failure)
    }

    func laneDidConnect(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidSecure(_ connection: ConnectionID, _ handshake: HandshakeTimes) {}
    func laneDeadlinePassed(_ connection: ConnectionID, at instant: UInt64) {}
    func laneDidHandleEvents() {}
    func laneDidWake(at instant: UInt64) {}
}

@Suite("What one connection may take of its lane")
struct BackPressureTests {
    private func deflated(_ bytes: [UInt8]) throws -> [UInt8] {
        let deflater = try Deflater()
        var compressed: [UInt8] = []
        bytes.withUnsafeBytes { deflater.deflate($0, into: &compressed) }
        return compressed
    }

    @Test("of a few bytes that come to much it gets its share; others are served in between, and nothing is lost")
    func bomb() async throws {
        let listener = try Listener(.compresses)
        let port = try listener.listen()
        let (bomber, other) = (try LoopbackConnection(port: port), try LoopbackConnection(port: port))
        try await awaitCondition("both are there") { listener.seen.count == 2 }
        let length = 32 << 20
        let bomb = try deflated([UInt8](repeating: 0x20, count: length))
        let word = try deflated(Array("<presence/>".utf8))
        // Both have said all before the lane looks.
        try listener.lane.queue.sync {
            try bomber.send(bomb)
            try other.send(word)
        }
        try await awaitCondition("all is delivered") {
            listener.seen.reduce(0) { $0 + $1.bytes } == length + "<presence/>".utf8.count
        }
        let heard = listener.seen.dropFirst(2)
        let others = try #require(heard.lastIndex { $0.connection == 1 })
        let bombs = try #require(heard.lastIndex { $0.connection == 0 })
        #expect(others < bombs)
        #expect(listener.failed.isEmpty)
        await listener.stop()
    }

    @Test("who asks and does not read is not read either; once it reads it has all its answers")
    func unread() async throws {
        let listener = try Listener(.echoes)
        let peer = try LoopbackConnection(port: try listener.listen())
        let words = [UInt8](repeating: 0x61, count: 256 << 20)
        let taken = try peer.sendUntilStuck(words)
        #expect(taken < words.count / 2)
        var received = 0
        while received < taken { received += try peer.readSome().count }
        #expect(received == taken)
        #expect(listener.failed.isEmpty)
        await listener.stop()
    }

    @Test("who is told much and never reads is given up by that name")
    func flood() async throws {
        let listener = try Listener(.floods)
        let peer = try LoopbackConnection(port: try listener.listen())
        try await awaitCondition("it is given up") { listener.failed == [.doesNotRead] }
        _ = peer
        await listener.stop()
    }
}
