import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("muster calibrate, as its user sees it")
struct CalibrateCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("holds every phase against the server's own times; a run after it tells below what nothing means anything")
    func clock() async throws {
        let outcome = try await MusterBinary.run(
            ["calibrate", "--results", folder.path, "--seconds", "1", "--clock-only"])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let calibration = try #require(try Calibration.read(in: folder.path))
        #expect(calibration.loads.map(\.tls) == ["none", "starttls"])
        try expectPhases(calibration.loads[0], ["connect", "greeting", "sasl", "restart", "bind", "session", "roster"])
        try expectPhases(
            calibration.loads[1],
            ["connect", "greeting", "starttls", "tls", "offer", "sasl", "restart", "bind", "session", "roster"])
        expectText(outcome.output, of: calibration)
        try await runKnowsTheFloor(of: calibration)
    }

    /// The server's figures are there, and ours are never less than them: the way through the kernel takes its time.
    private func expectPhases(_ load: Calibration.Load, _ names: [String]) throws {
        #expect(load.phases.map(\.phase) == names + ["login"])
        for phase in load.phases {
            #expect(phase.count == 50, "\(phase)")
            #expect(phase.server.p50Us > 0, "\(phase)")
            #expect(phase.phase == "connect" || phase.phase == "tls" || phase.error.p50Us > 0, "\(phase)")
        }
    }

    private func expectText(_ text: String, of calibration: Calibration) {
        for phase in calibration.loads[1].phases { #expect(text.contains("\n\(phase.phase) "), "\(text)") }
        #expect(text.contains("tls: starttls, logins/s"))
        #expect(text.contains("tls: none: within 100 µs and 1 % of the truth up to "))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
    }

    private func runKnowsTheFloor(of calibration: Calibration) async throws {
        let scenario = try folder.write(
            "name: after\ntarget: {address: embedded, tls: none}\nload: [burst: {logins: 30}]\n", to: "after.yml")
        let outcome = try await MusterBinary.run(["run", scenario, "--results", folder.path])
        #expect(outcome.output.contains("differences of a phase below these mean nothing here at 30 logins/s"))
        let result = try ResultReader.read(folder.path + "/latest")
        #expect(result.run?.calibration == calibration.floor(tls: "none", loginsPerSecond: 30))
    }

    @Test("a wrong length is refused by name")
    func length() async throws {
        let outcome = try await MusterBinary.run(["calibrate", "--seconds", "0"])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("--seconds 0: 1 to 60 is expected"))
    }
}
