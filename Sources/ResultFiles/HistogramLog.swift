import Foundation
import Metrics

/// `latency.hlog` and `marked.hlog`: HdrHistogram's interval log, version 1.3, a line for each phase of a stage in an
/// interval. Its tag is `variant/phase/stage`; values are nanoseconds, the line's maximum is in milliseconds.
public enum HistogramLog {
    /// What stands before the first line.
    static func head(_ file: ResultFile, startedAt: String) -> [UInt8] {
        let part = file == .marked ? ": those of latency.hlog that were recorded in marked seconds" : ""
        return Array(
            """
            #[muster: latencies in nanoseconds, tagged variant/phase/stage\(part)]
            #[Histogram log format version 1.3]
            #[StartTime: 0 (seconds since the first arrival; the run began at \(startedAt))]
            "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

            """.utf8)
    }

    /// The lines of what an interval recorded, from its begin to its end in nanoseconds since the first arrival.
    static func lines(_ phases: PhaseTable, from began: UInt64, to end: UInt64) -> [UInt8] {
        let names = phases.names
        var bytes: [UInt8] = []
        for index in 0..<names.count {
            let scope = names.scope(at: index)
            let (variant, stage) = (names.variants[Int(scope.variant)], names.stages[Int(scope.stage)])
            for phase in names.phases.all {
                guard let latencies = phases[scope, phase].latencies, latencies.count > 0,
                    let encoded = EncodedHistogram.encode(latencies)
                else { continue }
                let maximum = latencies.unreached > 0 ? LatencyHistogram.highestTrackable : latencies.maximum
                let times = [seconds(began), seconds(end) - seconds(began), Double(maximum) / 1e6]
                let tag = tag(variant, names.phases.name(of: phase), stage)
                bytes += Array(
                    "Tag=\(tag),\(times.map(decimal).joined(separator: ",")),\(Data(encoded).base64EncodedString())\n"
                        .utf8)
            }
        }
        return bytes
    }

    static func tag(_ variant: String, _ phase: String, _ stage: String) -> String {
        "\(tagged(variant))/\(phase)/\(tagged(stage))"
    }

    /// Which of these names a tag's part stands for.
    static func index(of part: String, in names: [String]) -> Int? {
        names.firstIndex(of: part) ?? names.firstIndex { tagged($0) == part }
    }

    /// A tag has neither commas nor blanks.
    private static func tagged(_ name: String) -> String {
        String(name.map { $0 == "," || $0 == "/" || $0.isWhitespace ? "_" : $0 })
    }

    private static func decimal(_ value: Double) -> String {
        let thousandths = UInt64((max(0, value) * 1000).rounded())
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}

/// A line of `latency.hlog` or `marked.hlog`, as it was read.
public struct LoggedHistogram: Sendable, Equatable {
    public var variant: String
    public var phase: String
    public var stage: String
    /// Seconds since the first arrival.
    public var began: Double
    public var end: Double
    /// Those in use, ascending: a night has tens of thousands of lines, and a line may have thousands of empty ones.
    public var buckets: [Bucket]

    public struct Bucket: Sendable, Equatable {
        /// As ``LatencyHistogram/highestValue(at:)`` numbers them.
        public var index: Int
        public var count: UInt64
    }

    /// By index, the empty ones too.
    public var counts: [UInt64] {
        var counts = [UInt64](repeating: 0, count: (buckets.last?.index ?? -1) + 1)
        for bucket in buckets { counts[bucket.index] = bucket.count }
        return counts
    }
}

extension LoggedHistogram {
    /// Several of one tag and interval as one; nil of none.
    init?(merging lines: [LoggedHistogram]) {
        guard var merged = lines.first else { return nil }
        let counts = Dictionary(lines.flatMap(\.buckets).map { ($0.index, $0.count) }, uniquingKeysWith: +)
        merged.buckets = counts.sorted { $0.key < $1.key }.map { Bucket(index: $0.key, count: $0.value) }
        self = merged
    }

    /// What of it is in the other one too, bucket by bucket.
    func part(of whole: LoggedHistogram?) -> LoggedHistogram {
        let held = Dictionary((whole?.buckets ?? []).map { ($0.index, $0.count) }, uniquingKeysWith: +)
        var part = self
        part.buckets = buckets.compactMap { bucket in
            let count = min(bucket.count, held[bucket.index] ?? 0)
            return count > 0 ? Bucket(index: bucket.index, count: count) : nil
        }
        return part
    }
}

extension HistogramLog {
    /// Reads a log. A last line without its newline was never finished and is left out.
    package static func read(_ bytes: [UInt8], path: String) throws(ResultError) -> [LoggedHistogram] {
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { bytes[...$0] } ?? []
        var lines: [LoggedHistogram] = []
        for (index, line) in whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            guard text.hasPrefix("Tag=") else { continue }
            guard let logged = logged(text) else {
                throw ResultError(
                    path: path, operation: .understand, detail: "line \(index + 1): no histogram of this tool's")
            }
            lines.append(logged)
        }
        return lines
    }

    private static func logged(_ line: String) -> LoggedHistogram? {
        let fields = line.dropFirst(4).split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 5, let began = Double(fields[1]), let length = Double(fields[2]),
            (0...StoredLimits.seconds).contains(began), (0...StoredLimits.seconds).contains(length),
            let bytes = Data(base64Encoded: String(fields[4])), let counts = EncodedHistogram.decode([UInt8](bytes))
        else { return nil }
        let tag = fields[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard tag.count == 3 else { return nil }
        let buckets = counts.enumerated().filter { $0.element > 0 }.map {
            LoggedHistogram.Bucket(index: $0.offset, count: $0.element)
        }
        return LoggedHistogram(
            variant: tag[0], phase: tag[1], stage: tag[2], began: began, end: began + length, buckets: buckets)
    }
}
