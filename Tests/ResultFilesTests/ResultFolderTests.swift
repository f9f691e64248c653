import Foundation
import Metrics
import ResultSupport
import TestSupport
import Testing

@testable import ResultFiles

@Suite("result folder")
struct ResultFolderTests {
    @Test("it is named after the run and its start in UTC")
    func name() throws {
        let results = try TemporaryDirectory()
        let folder = try ResultFolder.create(in: results.path + "/a/b", name: "rush", startedAt: Samples.start)
        #expect(folder.path == results.path + "/a/b/rush-20260301T180405Z")
    }

    @Test("runs that start in the same second have folders of their own")
    func collisions() throws {
        let results = try TemporaryDirectory()
        let folders = try (1...3).map { _ in
            try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start).path
        }
        #expect(folders.map { $0.split(separator: "Z").last.map(String.init) ?? "" }.suffix(2) == ["-2", "-3"])
        #expect(Set(folders).count == 3)
    }

    @Test("the link latest is relative and goes to the newest")
    func latest() throws {
        let results = try TemporaryDirectory()
        for suffix in ["", "-2"] {
            _ = try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start)
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: results.path + "/latest")
            #expect(target == "rush-20260301T180405Z\(suffix)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: results.path).count == 3)
    }

    @Test("a folder that somebody named latest is not touched, and the run goes its way")
    func latestIsAFolder() throws {
        let results = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: results.path + "/latest/mine", withIntermediateDirectories: true)
        let folder = try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start)
        #expect(folder.remark?.contains("/latest does not lead to this result") == true)
        #expect(FileManager.default.fileExists(atPath: results.path + "/latest/mine"))
        try folder.begin(Samples.description(), names: Samples.names)
    }

    @Test("before the first interval every file is there with its header")
    func headers() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 0)
        let headers = [
            "summary.csv":
                "variant,phase,count,failures,min_us,mean_us,stddev_us,p50_us,p90_us,p95_us,p99_us,p999_us,max_us,stage",
            "histogram.csv": "variant,phase,from_us,to_us,count,cumulative_share,stage",
            "intervals.csv": "at_s,variant,phase,started,completed,failed,p50_us,p90_us,p99_us,max_us,stage",
            "failures.csv": "variant,phase,kind,condition,count,first_at_s,last_at_s,example,stage",
            "system.csv": "at_s,online,in_flight,cpu_us,rss_bytes,descriptors,descriptor_limit,threads,lag_p99_us,"
                + "arrivals_late,marked,server_pid,server_cpu_us,server_rss_bytes,server_descriptors,server_threads,injector",
        ]
        for (name, header) in headers {
            #expect(try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8) == header + "\n", "\(name)")
        }
        #expect(try ResultReader.read(folder.path).run?.state == .running)
    }

    @Test("a folder that was begun is never begun again")
    func overwriting() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 2)
        let before = try String(contentsOfFile: folder.path + "/intervals.csv", encoding: .utf8)
        #expect(throws: ResultError.self) { try folder.begin(Samples.description(), names: Samples.names) }
        #expect(try String(contentsOfFile: folder.path + "/intervals.csv", encoding: .utf8) == before)
    }

    @Test("the files are those of the contract, and no temporary one is left")
    func files() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 3)
        try folder.finish(Samples.description())
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(found == ResultFile.ofEveryRun.map(\.rawValue).sorted())
    }

    @Test("the rows of an interval are written as the contract spells them")
    func rows() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 1)
        func lines(_ name: String) throws -> [String] {
            try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8).split(separator: "\n").map(
                String.init)
        }
        #expect(
            try lines("intervals.csv").dropFirst() == [
                "1,run,sasl,0,0,1,,,,,hold", "1,run,login,11,10,0,5001.215,9003.007,10000,10000,hold",
                "1,run,due,12,10,1,6000.639,10000.5,inf,10000.5,hold",
            ])
        #expect(try lines("system.csv").dropFirst() == ["1,5,2,12345,,,,,81.25,0,0,4711,,,,40,"])
        #expect(
            try lines("failures.csv").dropFirst() == [
                "run,sasl,sasl,not-authorized,1,0.999,0.999,\"u7, \"\"known-good\"\"\",hold"
            ])
        #expect(
            try lines("summary.csv").dropFirst().prefix(3) == [
                "run,sasl,0,1,,,,,,,,,,all",
                "run,login,10,0,1000,5500,2872.281,5001.215,9003.007,10000,10000,10000,10000,all",
                "run,due,11,1,1000.5,5500.5,2872.281,6000.639,10000.5,inf,inf,inf,10000.5,all",
            ])
    }

    @Test("stages follow all of them, phases follow one another in the order of a login")
    func order() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 4)
        let summary = try ResultReader.read(folder.path).summary
        #expect(
            summary.map { "\($0.stage) \($0.phase)" } == [
                "all sasl", "all login", "all due", "ramp sasl", "ramp login", "ramp due", "hold sasl", "hold login",
                "hold due",
            ])
    }

    @Test("marked seconds reach run.json and system.csv")
    func marks() throws {
        let results = try TemporaryDirectory()
        let read = try ResultReader.read(try Samples.folder(in: results.path, intervals: 4).path)
        #expect(read.system.map(\.marked) == [0, 1, 0, 0])
        #expect(read.run?.saturation.sentence == "generator saturated in 1 of 4 seconds")
        #expect(read.run?.saturation.spans.map(\.stage) == ["ramp"])
        #expect(read.run?.durationSeconds == 4)
    }

    @Test("what was recorded in marked seconds is a part of the log in a file of its own, and comes back")
    func markedPart() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 4)
        let read = try ResultReader.read(folder.path)
        #expect(read.marked.map { "\($0.phase) \($0.end) \($0.counts.reduce(0, +))" } == ["login 2.0 3", "due 2.0 4"])
        let (found, known) = (read.totals, folder.totals)
        #expect(ResultSums(read).disagreements == [])
        for phase in [Phase.login, .due] {
            let (one, other) = (found.unmarkedRecord(of: phase), known.unmarkedRecord(of: phase))
            #expect(one.latencies?.countsByIndex == other.latencies?.countsByIndex)
            #expect(one.latencies?.unreached == other.latencies?.unreached)
        }
        #expect(found.marks.seconds(inStage: 0) == 1 && found.unmarkedRecord(of: .due).started == 44)
    }

    @Test("a log of marked seconds that tells of more than there was is believed as far as the other goes")
    func foreignMarks() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 4).path
        let log = try String(contentsOfFile: "\(folder)/marked.hlog", encoding: .utf8)
        let elsewhere = log.replacing(",1.000,1.000,", with: ",9.000,1.000,")
        try (log + log + elsewhere).write(toFile: "\(folder)/marked.hlog", atomically: true, encoding: .utf8)
        let totals = try ResultReader.read(folder).totals
        #expect(totals.unmarkedRecord(of: .login).latencies?.count == 37)
    }

    @Test("what is written grows with what is new: twice as many intervals write twice as much, tables once a minute")
    func written() throws {
        let (shorter, longer) = (try written(intervals: 60), try written(intervals: 120))
        #expect(Double(longer.bytes) < 2.1 * Double(shorter.bytes), "\(longer.bytes) after \(shorter.bytes)")
        for (written, minutes) in [(shorter, 10), (longer, 20)] {
            #expect(written.times[.histogram] == minutes && written.times[.summary] == minutes)
            #expect(written.times[.failures] == 0)
        }
    }

    /// Of a run with intervals of 10 s and a histogram that is full from the first on: bytes in all, and how often a
    /// file was replaced.
    private func written(intervals: Int) throws -> (bytes: Int, times: [ResultFile: Int]) {
        let results = try TemporaryDirectory()
        let folder = try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start)
        try folder.begin(Samples.description(), names: Samples.names)
        var facts = try ResultFile.ofEveryRun.map { try Self.facts($0, folder) }
        var (bytes, times) = (0, Dictionary(uniqueKeysWithValues: ResultFile.ofEveryRun.map { ($0, 0) }))
        for number in 1...intervals {
            try folder.append(spread(UInt64(number * 10)))
            for (index, file) in ResultFile.ofEveryRun.enumerated() {
                let (before, now) = (facts[index], try Self.facts(file, folder))
                bytes += before.file == now.file ? now.size - before.size : now.size
                times[file, default: 0] += before.file == now.file ? 0 : 1
                facts[index] = now
            }
        }
        return (bytes, times)
    }

    private static func facts(_ file: ResultFile, _ folder: ResultFolder) throws -> (file: UInt64, size: Int) {
        let facts = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(file.rawValue)")
        return (facts[.systemFileNumber] as? UInt64 ?? 0, facts[.size] as? Int ?? 0)
    }

    private func spread(_ second: UInt64) -> IntervalRecord {
        var phases = PhaseTable(names: Samples.names)
        for number: UInt64 in 1...500 { phases[Scope(stage: 0), .login].complete(after: number * 100_000) }
        return IntervalRecord(
            end: second * 1_000_000_000, phases: phases, failures: FailureTable(), system: Samples.system())
    }

    @Test("a folder that cannot be written is named with the system's reason")
    func refused() {
        let error = #expect(throws: ResultError.self) {
            try ResultFolder.create(in: "/dev/null/results", name: "rush", startedAt: Samples.start)
        }
        #expect(error?.description == "cannot create /dev/null/results: Not a directory")
    }

    @Test("a read-only folder is refused to who is not root")
    func readOnly() async {
        await #expect(processExitsWith: .success) {
            let results = try TemporaryDirectory()
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: results.path)
            if geteuid() == 0 { seteuid(65534) }
            let error = #expect(throws: ResultError.self) {
                try ResultFolder.create(in: results.path, name: "rush", startedAt: Samples.start)
            }
            if getuid() == 0 { seteuid(0) }
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: results.path)
            #expect(error?.description == "cannot create \(results.path)/rush-20260301T180405Z: Permission denied")
        }
    }

    @Test("a disk that is full is told, leaves only whole rows, and what was missed is written once there is room")
    func fullDisk() async {
        await #expect(processExitsWith: .success) {
            let results = try TemporaryDirectory()
            let folder = try Samples.folder(in: results.path, intervals: 5)
            let before = try ResultReader.read(folder.path)
            // A limit on the size of files refuses a write in its middle as a full disk does.
            signal(SIGXFSZ, SIG_IGN)
            let size = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/intervals.csv")).count
            try limitFiles(to: size + 20)
            for second: UInt64 in 6...7 {
                let error = #expect(throws: ResultError.self) { try folder.append(Samples.interval(second)) }
                #expect(error?.description == "cannot write \(folder.path)/intervals.csv: File too large")
            }
            let after = try ResultReader.read(folder.path)
            #expect(after.intervals == before.intervals)
            #expect(after.system.count == 7 && after.histogram == before.histogram)
            #expect(try String(contentsOfFile: folder.path + "/intervals.csv", encoding: .utf8).hasSuffix("\n"))
            #expect(folder.totals.intervals == 7 && !folder.isComplete)
            try limitFiles(to: nil)
            try folder.append(Samples.interval(8))
            #expect(folder.isComplete)
            try folder.finish(Samples.description())
            let healed = try ResultReader.read(folder.path)
            #expect(healed.intervals.filter { $0.phase == "login" }.map(\.at) == [1, 2, 3, 4, 5, 6, 7, 8])
            #expect(healed.log.count == 16 && healed.system.count == 8)
            #expect(healed.summary.first { $0.phase == "login" }?.count == 80)
        }
    }

    @Test("a folder that was removed is told, and the totals go on")
    func removed() throws {
        let results = try TemporaryDirectory()
        let folder = try Samples.folder(in: results.path, intervals: 1)
        try FileManager.default.removeItem(atPath: folder.path)
        let error = #expect(throws: ResultError.self) { try folder.append(Samples.interval(2)) }
        #expect(error?.description.contains(folder.path) == true)
        #expect(throws: ResultError.self) { try folder.finish(Samples.description()) }
        #expect(folder.totals.intervals == 2 && !folder.isComplete)
    }

    @Test("what waits for a disk is bounded, and what is given up is never half of it")
    func waiting() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryDirectory()
            signal(SIGXFSZ, SIG_IGN)
            let file = try AppendedFile(path: folder.path("f"), first: Array("head\n".utf8))
            try limitFiles(to: 5)
            let rows = [UInt8](repeating: UInt8(ascii: "x"), count: (5 << 20) - 1) + [UInt8(ascii: "\n")]
            for _ in 0..<5 { #expect(throws: ResultError.self) { try file.append(rows) } }
            #expect(file.waiting.count == 3 * rows.count && file.lost == 2)
            #expect(folder.text(of: "f") == "head\n")
            try limitFiles(to: nil)
            try file.append(Array("tail\n".utf8))
            #expect(folder.text(of: "f").utf8.count == 5 + 3 * rows.count + 5)
        }
    }
}

/// Of this process, in bytes; nil for what is allowed.
private func limitFiles(to bytes: Int?) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
