import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("muster calibrate, as its user sees it")
struct CalibrateCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    @Test("says how far each delayed phase is off, and a run after it tells below what nothing means anything")
    func clock() async throws {
        let outcome = try await MusterBinary.run(
            ["calibrate", "--results", folder.path, "--seconds", "1", "--clock-only"])
        #expect(outcome.status == .exited(0), "\(outcome.errorOutput)")
        let phases = ["greeting", "starttls", "offer", "sasl", "restart", "bind", "session", "roster"]
        for phase in phases { #expect(outcome.output.contains("\n\(phase) "), "\(outcome.output)") }
        let calibration = try #require(try Calibration.read(in: folder.path))
        #expect(calibration.phases.map(\.phase) == phases)
        #expect(calibration.phases.allSatisfy { $0.addedUs >= 900 })
        try await runKnowsTheFloor(calibration.floor)
    }

    private func runKnowsTheFloor(_ floor: Calibration.Floor) async throws {
        let scenario = try folder.write("name: after\ntarget: embedded\nload: [burst: {logins: 1}]\n", to: "after.yml")
        let outcome = try await MusterBinary.run(["run", scenario, "--results", folder.path])
        #expect(outcome.output.contains("differences of a phase below these mean nothing on this machine"))
        let result = try ResultReader.read(folder.path + "/latest")
        #expect(result.run?.calibration == floor)
    }

    @Test("a wrong length is refused by name")
    func length() async throws {
        let outcome = try await MusterBinary.run(["calibrate", "--seconds", "0"])
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("--seconds 0: 1 to 60 is expected"))
    }
}
