import Foundation
import Metrics
import TestSupport
import Testing

@testable import ResultFiles

@Suite("latency.hlog")
struct HistogramLogTests {
    private func histogram(_ values: [UInt64], unreached: UInt32 = 0) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        histogram.recordUnreached(unreached)
        return histogram
    }

    @Test(
        "every count comes back in its bucket, from the first to the last",
        arguments: [
            [0, 511, 512, 1_048_575, 1_048_576, 1_048_577, 5_000_000_000, LatencyHistogram.highestTrackable],
            [7_777_777], Array(repeating: 3_000_000, count: 70_000), (0..<5000).map { $0 * 997 },
        ] as [[UInt64]])
    func roundTrip(values: [UInt64]) throws {
        let counts = try #require(
            EncodedHistogram.encode(histogram(values)).flatMap(EncodedHistogram.decode))
        #expect(counts.reduce(0, +) == UInt64(values.count))
        let highest = values.map { value in
            counts.indices.first { LatencyHistogram.highestValue(at: $0) >= value } ?? -1
        }
        for (index, many) in Dictionary(grouping: highest, by: { $0 }) {
            #expect(counts[index] == UInt64(many.count))
        }
        #expect(counts == histogram(values).countsByIndex)
    }

    @Test("what another tool of the family wrote of one value is read as that value")
    func reference() throws {
        // hdrhistogram of PyPI: HdrHistogram(1000, 3600000000000, 3), record_value(7777777), encode()
        let foreign = "HISTFAAAACR4nJNpmSzMwMDAzAABUJr5BRC7GexYwGD/ASJy2ZcJAHDmBlo="
        let bytes = try #require(Data(base64Encoded: foreign))
        #expect(EncodedHistogram.decode([UInt8](bytes)) == histogram([7_777_777]).countsByIndex)
    }

    @Test("a log holds each phase of each interval, with its times and its tag")
    func log() throws {
        let folder = try ResultFolder.create(
            in: try TemporaryDirectory().path, name: "rush", startedAt: Samples.start)
        try folder.begin(Samples.description(), names: Samples.names)
        try folder.append(Samples.interval(1))
        try folder.append(Samples.interval(2, stage: 1))
        let log = try ResultReader.read(folder.path).log
        #expect(
            log.map { "\($0.variant)/\($0.phase)/\($0.stage) \($0.began) \($0.end)" } == [
                "run/login/ramp 0.0 1.0", "run/due/ramp 0.0 1.0", "run/login/hold 1.0 2.0", "run/due/hold 1.0 2.0",
            ])
        #expect(log.map { $0.counts.reduce(0, +) } == [10, 11, 10, 11])
    }

    @Test("a line that was cut is left out; one that is no histogram is told with its line")
    func broken() throws {
        let head = Array("#[x]\n\"StartTimestamp\"\n".utf8)
        let lines = HistogramLog.lines(Samples.interval(1).phases, from: 0, to: 1_000_000_000)
        #expect(try HistogramLog.read(head + lines.dropLast(5), path: "l").count == 1)
        let wrong = head + Array("Tag=a/b/c,0.000,1.000,2.000,HISTFAAA\n".utf8)
        #expect(throws: ResultError(path: "l", operation: .understand, detail: "line 3: no histogram of this tool's")) {
            try HistogramLog.read(wrong, path: "l")
        }
    }
}
