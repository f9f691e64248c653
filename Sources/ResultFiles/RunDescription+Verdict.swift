import Metrics

extension RunDescription {
    /// The seconds in which the load generator was, or may have been, the bottleneck.
    public struct Saturation: Codable, Sendable, Equatable {
        public var markedSeconds = 0
        public var ofSeconds = 0
        /// Marked seconds in a row, for one reason; at most ``SaturationLog/capacity``.
        public var spans: [Span] = []
        /// nil while the run goes on.
        public var delays: Delays?

        public init() {}

        /// How long parts of the generator stood still, or let others wait for them, at the worst. In seconds.
        public struct Delays: Codable, Sendable, Equatable {
            public var generator: Double
            public var loops: Double
            public var snapshots: Double
            public var files: Double

            public init(generator: Double, loops: Double, snapshots: Double, files: Double) {
                (self.generator, self.loops, self.snapshots, self.files) = (generator, loops, snapshots, files)
            }
        }

        /// `generator saturated in 3 of 60 seconds`
        public var sentence: String { "generator saturated in \(markedSeconds) of \(ofSeconds) seconds" }

        public struct Span: Codable, Sendable, Equatable {
            /// The seconds' ends, since the first arrival, both included.
            public var firstSecond: Int
            public var lastSecond: Int
            public var stage: String
            public var reason: String
            /// The generator, or a part of it, did nothing at all; nil where it was late or busy.
            public var stoodStill: Bool?
        }

        init(_ log: SaturationLog, stages: [String], end: UInt64) {
            markedSeconds = log.seconds
            ofSeconds = max(log.seconds, Int((Double(end) / 1_000_000_000).rounded(.up)))
            spans = log.spans.map { span in
                Span(
                    firstSecond: span.first, lastSecond: span.last, stage: stages[Int(span.stage)],
                    reason: span.reason, stoodStill: span.isStandstill ? true : nil)
            }
        }
    }

    /// The marked seconds that its spans list, one by one: of eleven days at most, whatever a file says.
    var marks: [SaturationMark] {
        let marks = saturation.spans.lazy.flatMap { span in
            let stage = UInt16(stages.firstIndex { $0.name == span.stage } ?? 0)
            return (span.firstSecond...max(span.firstSecond, span.lastSecond)).lazy.map { second in
                SaturationMark(
                    second: second, stage: stage, reason: span.reason, isStandstill: span.stoodStill == true)
            }
        }
        return Array(marks.prefix(1_000_000))
    }

    /// Whether the run passed, and by what.
    public struct Verdict: Codable, Sendable, Equatable {
        public var exitCode: Int
        public var passed: Bool
        /// In one sentence.
        public var text: String
        /// Seconds of the stages that a latency threshold judges, and how many of them are marked.
        public var judgedSeconds: Int
        public var judgedMarkedSeconds: Int
        public var thresholds: [Threshold]

        public init(
            exitCode: Int, passed: Bool, text: String, judgedSeconds: Int, judgedMarkedSeconds: Int,
            thresholds: [Threshold]
        ) {
            self.exitCode = exitCode
            self.passed = passed
            self.text = text
            self.judgedSeconds = judgedSeconds
            self.judgedMarkedSeconds = judgedMarkedSeconds
            self.thresholds = thresholds
        }
    }

    public struct Threshold: Codable, Sendable, Equatable {
        /// As it stands in the scenario.
        public var text: String
        /// For people: `1.24 s`, `0.3 %`, `not reached`.
        public var figure: String
        /// The figure in the threshold's own unit (microseconds, or a share of 0 to 1); nil where it was not reached.
        public var value: Double?
        /// nil where it is open or was not judged.
        public var passed: Bool?
        /// `passed`, `failed`, `open` (it may be on either side of the limit, or there is too little to say) or `not judged`
        /// (the seconds in which the load generator was the bottleneck decide).
        public var outcome: String?
        /// Without the marked seconds, where that is another figure.
        public var unmarkedFigure: String?
        public var unmarkedValue: Double?
        public var stage: String?
        /// Why it is open, was not judged, or failed without a figure.
        public var reason: String?

        public init(
            text: String, figure: String, value: Double? = nil, passed: Bool?, stage: String? = nil,
            reason: String? = nil
        ) {
            self.text = text
            self.figure = figure
            self.value = value
            self.passed = passed
            outcome = passed.map { $0 ? "passed" : "failed" }
            self.stage = stage
            self.reason = reason
        }
    }
}
