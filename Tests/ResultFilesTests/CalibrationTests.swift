import TestSupport
import Testing

@testable import ResultFiles

@Suite("A calibration")
struct CalibrationTests {
    private static let port = "127.0.0.1:40000"

    /// A login that began at 1 ms: its greeting left at 1.2 ms and its answer arrived 500 µs later.
    private func login(from client: String = port, began: UInt64 = 1_000_000, greeting: UInt64 = 500_000) -> OwnLogin {
        OwnLogin(
            client: client, began: began, ended: began + 200_000 + greeting,
            phases: [.init(name: "connect", took: 100_000), .init(name: "greeting", took: greeting)])
    }

    private func rows(from client: String = port, accepted: UInt64 = 1_150_000) -> [ExchangeRow] {
        [
            ExchangeRow(client: client, phase: "connect", arrived: nil, read: accepted, written: nil, took: 20_000),
            ExchangeRow(
                client: client, phase: "greeting", arrived: accepted + 60_000, read: accepted + 90_000,
                written: accepted + 460_000, took: 400_000),
        ]
    }

    @Test("an error is what was measured less what the server did, and a constant one does not cancel")
    func constant() throws {
        let errors = Calibration.PhaseError.all(of: [login()], against: rows())
        #expect(errors.map(\.phase) == ["connect", "greeting", "login"])
        #expect(errors.map(\.error.p50Us) == [80, 100, 90])
        #expect(errors.map(\.server.p99Us) == [20, 400, 610])
        #expect(errors.map(\.isSmall) == [true, true, true])
    }

    @Test("what our processor computed is taken for true in tls")
    func handshake() throws {
        var own = login()
        own.phases.append(.init(name: "tls", took: 900_000, computed: 600_000))
        let served = ExchangeRow(
            client: Self.port, phase: "tls", arrived: nil, read: 1_310_000, written: nil, took: 250_000)
        let errors = Calibration.PhaseError.all(of: [own], against: rows() + [served])
        #expect(errors.first { $0.phase == "tls" }?.error.p50Us == 50)
    }

    @Test("a port that is used again is another connection, and one that we did not complete is left out")
    func reuse() throws {
        let second: UInt64 = 50_000_000
        let server = rows() + rows(accepted: 20_000_000) + rows(accepted: second + 150_000)
        let logins = [login(), login(began: second, greeting: 700_000)]
        let errors = Calibration.PhaseError.all(of: logins, against: server)
        let greeting = try #require(errors.first { $0.phase == "greeting" })
        #expect(greeting.count == 2)
        #expect(greeting.error == .init(p50Us: 100, p90Us: 300, p99Us: 300))
    }

    @Test("the floor is that of the run's load, between those that were measured, with its own TLS mode")
    func floor() throws {
        let calibration = Calibration(
            measuredAt: WallTime(secondsSince1970: 0), machine: .init(),
            loads: [
                load("none", 100, error: -10), load("none", 300, error: 50), load("starttls", 100, error: 1000),
            ], capacities: [])
        func p50(_ tls: String, _ rate: Double) -> Double? {
            calibration.floor(tls: tls, loginsPerSecond: rate)?.p50Us
        }
        #expect(p50("none", 100) == 10)
        #expect(p50("none", 250) == 40)
        #expect(p50("none", 1) == 10)
        #expect(p50("none", 9000) == 50)
        #expect(p50("starttls", 250) == 1000)
        #expect(p50("direct", 250) == 1000)
    }

    @Test("a load with a marked second, or off by more than 100 µs and 1 %, is not true")
    func truth() throws {
        #expect(load("none", 100, error: 109).isTrue)
        #expect(!load("none", 100, error: 111).isTrue)
        #expect(!load("none", 100, error: 5, marked: 1).isTrue)
    }

    private func load(_ tls: String, _ rate: Double, error: Double, marked: Int = 0) -> Calibration.Load {
        let phase = Calibration.PhaseError(
            phase: "bind", count: 1, server: .init(p50Us: 1000, p90Us: 1000, p99Us: 1000),
            error: .init(p50Us: error, p90Us: error, p99Us: error))
        return .init(tls: tls, loginsPerSecond: rate, seconds: 4, markedSeconds: marked, phases: [phase])
    }

    @Test("is read back as it was written, and so are a server's times")
    func files() throws {
        let folder = try TemporaryDirectory()
        let calibration = Calibration(
            measuredAt: WallTime(secondsSince1970: 0), machine: .init(), loads: [load("none", 100, error: 1.5)],
            capacities: [.init(tls: "none", loginsPerSecond: 100, limit: "at 200/s it was busy")])
        try calibration.write(in: folder.path)
        #expect(try Calibration.read(in: folder.path) == calibration)
        try ExchangeRow.write(rows(), to: folder.path + "/times.csv")
        #expect(try ExchangeRow.read(folder.path + "/times.csv") == rows())
    }
}
