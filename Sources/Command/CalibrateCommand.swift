import ArgumentParser
import Engine
import Foundation
import LoadPlan
import Reports
import ResultFiles
import Transport

/// How far this tool's own clock is off on this machine, and the load at which it would start to lie.
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure how far this tool is off, and what it bears.",
        discussion: """
            It looks for the rate at which the generator is the bottleneck, and then logs in at shares of it, at an \
            embedded server that keeps the times of what it does: what is measured is held against them, phase by \
            phase, without TLS and with it. About a minute and a half. Results made here say from then on which \
            differences mean nothing at their load.
            """)

    @Option(help: "Where calibration.json is put.")
    var results = "Results"

    @Flag(help: "Only calibration.json, on standard output.")
    var json = false

    @Flag(help: "No colours.")
    var noColor = false

    @Option(help: "How many event loops share the load.")
    var lanes = RunCommand.usualLanes

    @Option(help: "How many seconds each load lasts.")
    var seconds = 4

    @Flag(help: "Only the clock: no greater load is tried.")
    var clockOnly = false

    func validate() throws {
        try RunCommand.check(lanes: lanes)
        guard (1...60).contains(seconds) else { throw ValidationError("--seconds \(seconds): 1 to 60 is expected") }
    }

    func run() throws {
        _ = try DescriptorBudget(lanes: lanes, embeddedServers: 1).claim()
        let group: LaneGroup
        do throws(TransportFailure) { group = try RunSession.laneGroup(lanes) } catch {
            throw CommandFailure(.notReachable, "muster: the calibration cannot start: \(ProbeText.words(error))")
        }
        let calibration = try calibrate(Calibrator(lanes: group, length: .seconds(seconds), say: say))
        do throws(ResultError) {
            try calibration.write(in: results)
            if json { Terminal.output(String(decoding: try calibration.json.dropLast(), as: UTF8.self)) }
        } catch { throw CommandFailure(.notReachable, "muster: \(error)") }
        guard !json else { return }
        let text = CalibrationText(calibration, isColored: Terminal.isColored(noColor: noColor)).text
        Terminal.output(String(text.dropLast()))
    }

    private func calibrate(_ calibrator: Calibrator) throws -> Calibration {
        let modes: [Target.TLSMode] = [.none, .starttls]
        let capacities = clockOnly ? [] : try modes.map(calibrator.capacity)
        let loads =
            clockOnly
            ? try modes.map(calibrator.quietLoad)
            : try zip(modes, capacities).flatMap { try calibrator.loads($0, upTo: $1.loginsPerSecond) }
        return Calibration(measuredAt: .now, machine: .current, loads: loads, capacities: capacities)
    }

    private func say(_ text: String) {
        if !json { Terminal.error(text) }
    }
}
