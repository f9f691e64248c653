import LoadPlan

/// `PHASE p50|p90|p95|p99|p999|max|mean < DURATION`, `failures < SHARE` or `disconnects < SHARE`, then ` in STAGE` and
/// ` over DURATION` if wanted.
struct ThresholdSentence {
    static let expected = "a threshold such as \"login p99 < 800ms in evening\" or \"failures < 0.1%\""

    /// Nil where the sentence is about a trend.
    private(set) var threshold: Threshold?
    /// Where ` over DURATION` stands.
    private(set) var windowOffset: Int?
    private(set) var isTrend = false

    private var words: Words
    private let phases: [String]
    private let stages: [String]

    init(_ text: String, phases: [String], stages: [String]) throws(ValueError) {
        words = Words(text)
        self.phases = phases
        self.stages = stages
        isTrend = words.all.contains { $0.text == "drift" || $0.text == "residue" }
        if !isTrend { threshold = try parse() }
    }

    private mutating func parse() throws(ValueError) -> Threshold {
        let measure = try measure()
        let comparison = try words.next("\"<\"")
        guard comparison.text == "<" else {
            throw ValueError("expected \"<\", found \"\(comparison.text.shortened)\"", offset: comparison.offset)
        }
        let limit = try limit(of: measure)
        var threshold = Threshold(text: words.joined, measure: measure, limit: limit)
        while let word = words.take() { try clause(word, &threshold) }
        return threshold
    }

    private mutating func measure() throws(ValueError) -> Threshold.Measure {
        let word = try words.next("a phase, failures or disconnects")
        switch word.text {
        case "failures": return .failures
        case "disconnects": return .disconnects
        case _ where phases.contains(word.text): return .latency(phase: word.text, try statistic())
        default:
            throw ValueError(
                "unknown phase \"\(word.text.shortened)\"",
                suggestion: Nearest.to(word.text, among: phases + ["failures", "disconnects"]), offset: word.offset)
        }
    }

    private mutating func statistic() throws(ValueError) -> Threshold.Statistic {
        let names = Threshold.Statistic.allCases.map(\.rawValue)
        let word = try words.next(names.joinedByOr)
        guard let statistic = Threshold.Statistic(rawValue: word.text) else {
            throw ValueError(
                "expected \(names.joinedByOr), found \"\(word.text.shortened)\"",
                suggestion: Nearest.to(word.text, among: names), offset: word.offset)
        }
        return statistic
    }

    private mutating func limit(of measure: Threshold.Measure) throws(ValueError) -> Threshold.Limit {
        switch measure {
        case .latency:
            let word = try words.next("a duration such as 800ms")
            let limit = try read(word, as: ValueKind<Duration>.duration())
            guard limit > .zero else { throw Self.neverTrue(word) }
            return .duration(limit)
        case .failures, .disconnects:
            let word = try words.next("a share such as 0.1%")
            let limit = try read(word, as: ValueKind<Double>.share)
            guard limit > 0 else { throw Self.neverTrue(word) }
            return .share(limit)
        }
    }

    private static func neverTrue(_ word: Words.Word) -> ValueError {
        ValueError("nothing is below \(word.text): this threshold would always fail", offset: word.offset)
    }

    private mutating func clause(_ word: Words.Word, _ threshold: inout Threshold) throws(ValueError) {
        switch word.text {
        case "in" where threshold.stage == nil:
            threshold.stage = try stage()
        case "over" where windowOffset == nil:
            windowOffset = word.offset
            _ = try read(try words.next("a duration such as 5m"), as: ValueKind<Duration>.span)
        default:
            throw ValueError(
                "expected in STAGE, over DURATION or nothing more, found \"\(word.text.shortened)\"",
                offset: word.offset)
        }
    }

    private mutating func stage() throws(ValueError) -> String {
        let word = try words.next("a stage")
        guard stages.contains(word.text) else {
            throw ValueError(
                "no stage is named \"\(word.text.shortened)\"", suggestion: Nearest.to(word.text, among: stages),
                offset: word.offset)
        }
        return word.text
    }

    private func read<Value>(_ word: Words.Word, as kind: ValueKind<Value>) throws(ValueError) -> Value {
        do throws(ValueError) {
            return try kind.read(Node.Scalar(text: word.text, written: word.text, isPlain: true, offset: nil))
        } catch {
            let message =
                error.isComplete
                ? error.message : "expected \(kind.expected), found \"\(word.text.shortened)\""
            throw ValueError(message, suggestion: error.suggestion, offset: word.offset)
        }
    }
}

/// A text's words with their places.
struct Words {
    struct Word {
        var text: String
        /// In code points from the text's start.
        var offset: Int
    }

    let all: [Word]
    private let end: Int
    private var position = 0

    init(_ text: String) {
        all = text.split(whereSeparator: \.isWhitespace).map { word in
            Word(
                text: String(word),
                offset: text.unicodeScalars.distance(from: text.startIndex, to: word.startIndex))
        }
        end = text.unicodeScalars.count
    }

    /// With single spaces.
    var joined: String { all.map(\.text).joined(separator: " ") }

    mutating func take() -> Word? {
        guard position < all.count else { return nil }
        defer { position += 1 }
        return all[position]
    }

    mutating func next(_ expected: String) throws(ValueError) -> Word {
        guard let word = take() else { throw ValueError("expected \(expected) after this", offset: max(end - 1, 0)) }
        return word
    }
}
