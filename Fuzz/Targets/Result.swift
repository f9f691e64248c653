import Foundation
import Metrics
import Reports
import ResultFiles

/// A folder of results with one of its files edited: which, where, how much goes, what comes in its place.
func fuzzResult(_ bytes: [UInt8]) {
    guard let folder = fuzzedFolder else { return }
    var input = FuzzInput(bytes)
    let (name, content) = input.choice(of: folder.files)
    let place = (Int(input.byte()) << 8 | Int(input.byte())) % (content.count + 1)
    let removed = min(Int(input.byte()), content.count - place)
    folder.readWith(Array(content[..<place]) + input.rest + content[(place + removed)...], as: name)
}

private let fuzzedFolder = try? ResultFolderToEdit()

func fuzzLog(_ bytes: [UInt8]) { _ = try? HistogramLog.read(bytes, path: "latency.hlog") }

/// The folder of a small run, whose files can be put in place of others and read: by the page, as `muster report` does.
public struct ResultFolderToEdit: Sendable {
    /// In the order of their names.
    public let files: [(name: String, content: [UInt8])]
    private let path: String

    /// In memory's own file system.
    public init() throws {
        let folder = try SmallRun.write(in: "/dev/shm/muster-fuzz-\(UUID().uuidString)")
        path = folder
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        files = names.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name: name, content: [UInt8]($0)) }
        }
    }

    /// Reads the folder with this in a file's place.
    ///
    /// - Returns: what is wrong with it; nil if it is read, and a page drawn of it.
    @discardableResult
    public func readWith(_ content: [UInt8], as name: String) -> String? {
        let whole = files.first { $0.name == name }?.content ?? []
        guard put(content, as: name) else { return "it cannot be written" }
        defer { _ = put(whole, as: name) }
        do throws(ResultError) {
            let page = ReportPage(try ResultReader.read(path))
            precondition(!page.html.isEmpty)
            return nil
        } catch { return "\(error)" }
    }

    public func remove() {
        try? FileManager.default.removeItem(atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    private func put(_ content: [UInt8], as name: String) -> Bool {
        FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(content))
    }
}

/// An experiment of two variants, with something in every file.
private enum SmallRun {
    static let names = ScopeNames(variants: ["plain", "scram"], stages: ["ramp", "hold"])

    static func write(in results: String) throws -> String {
        let folder = try ResultFolder.create(
            in: results, name: "small", startedAt: WallTime(secondsSince1970: 1_772_388_245))
        try folder.begin(description(), names: names)
        for second in 1...3 as ClosedRange<UInt64> { try folder.append(interval(second)) }
        var row = CompareRow(
            variant: "scram", phase: "login", measure: "p50", value: 1200, baselineValue: 1000, verdict: "slower",
            unit: "us")
        (row.interval, row.difference, row.differenceInterval, row.ratio) = (1100...1300, 200, 100...300, 1.2)
        try folder.replace([row])
        try folder.append(LegRecord(block: 1, variant: 0, place: 0, began: 0, phases: interval(1).phases))
        try folder.finish(description())
        return folder.path
    }

    private static func description() -> RunDescription {
        var run = RunDescription(
            name: "small", startedAt: WallTime(secondsSince1970: 1_772_388_245), scenario: "name: small\n",
            scenarioHash: "ab12", seed: 7, planHash: "cd34", target: "127.0.0.1:5222",
            stages: [
                .init(name: "ramp", startsAtSeconds: 0, lengthSeconds: 1),
                .init(name: "hold", startsAtSeconds: 1, lengthSeconds: 2),
            ])
        run.state = .finished
        run.variants = names.variants
        run.experiment = .init(baseline: "plain", blocks: 10, resampleSeed: 1, comparesLatencies: true)
        run.server = .init(pid: 4711)
        run.storms = [
            .init(stage: "hold", onlineBefore: 9, lost: 8, left: 0, secondsDown: 2, attemptsMax: 3, peakRatePerS: 4)
        ]
        run.residue = .init(
            before: .init(sessions: 0, memoryBytes: 1 << 20), after: .init(sessions: 1, memoryBytes: 2 << 20),
            watchedSeconds: 5)
        run.verdict = .init(
            exitCode: 0, passed: true, text: "passed muster", judgedSeconds: 3, judgedMarkedSeconds: 0,
            thresholds: [.init(text: "failures < 1%", figure: "0 %", value: 0, passed: true)])
        return run
    }

    private static func interval(_ second: UInt64) -> IntervalRecord {
        let scope = Scope(variant: UInt16(second % 2), stage: second == 1 ? 0 : 1)
        var phases = PhaseTable(names: names)
        for phase in [Phase.connect, .tls, .sasl, .login, .due] {
            for milliseconds: UInt64 in 1...5 { phases[scope, phase].complete(after: milliseconds * 1_000_000) }
            phases[scope, phase].started = 6
        }
        phases[scope, .due].recordUnreached()
        phases[scope, .due].failed = 1
        var failures = FailureTable()
        failures.record(Failure(phase: .sasl, kind: .sasl, condition: "not-authorized"), scope: scope, at: 1_000_000)
        var system = SystemSample()
        (system.online, system.cpu, system.lagP99, system.residentBytes) = (5, 1200, 80.5, 30 << 20)
        system.server = .init(pid: 4711)
        system.server?.cpu = 900
        system.server?.residentBytes = 90 << 20
        return IntervalRecord(
            end: second * 1_000_000_000, phases: phases, failures: failures, system: system,
            marks: second == 2 ? [SaturationMark(second: 2, stage: 1, reason: "late")] : [],
            marked: second == 2 ? phases : nil)
    }
}
