import LoadPlan

/// `PHASE p50|p90|p95|p99|p999|max|mean < DURATION`, `failures < SHARE` or `disconnects < SHARE`, then ` in STAGE` and
/// ` over DURATION` if wanted; or what is judged at the end: `drift p50|p99 < SHARE/h`, `failures drift < SHARE/h`,
/// `server memory|descriptors|threads|cpu drift < LIMIT/h` with ` in STAGE` and ` shown` if wanted, and
/// `residue sessions|memory|descriptors|threads < LIMIT`. The default rule is read as it is shown.
struct ThresholdSentence {
    static let expected = "a threshold such as \"login p99 < 800ms in evening\" or \"failures < 0.1%\""

    private(set) var threshold: Threshold
    private var words: Words
    private let phases: [String]
    private let stages: [Stage]

    init(_ text: String, phases: [String], stages: [Stage]) throws(ValueError) {
        words = Words(text)
        self.phases = phases
        self.stages = stages
        threshold = Threshold(text: words.joined, measure: .failures, limit: .share(1))
        if threshold.text == Threshold.defaultRule.text { threshold = .defaultRule } else { try parse() }
    }

    private mutating func parse() throws(ValueError) {
        threshold.measure = try measure()
        let comparison = try words.next("\"<\"")
        guard comparison.text == "<" else {
            throw ValueError("expected \"<\", found \"\(comparison.text.shortened)\"", offset: comparison.offset)
        }
        threshold.limit = try limit(of: threshold.measure)
        while let word = words.take() { try clause(word) }
    }

    private static let subjects = ["failures", "disconnects", "drift", "server", "residue"]

    private mutating func measure() throws(ValueError) -> Threshold.Measure {
        let word = try words.next("a phase, \(Self.subjects.joinedByOr)")
        switch word.text {
        case "failures": return words.take("drift") ? .drift(.failures) : .failures
        case "disconnects": return .disconnects
        case "drift": return .drift(try choice([.p50, .p99]))
        case "server": return .drift(try serverDrift())
        case "residue": return .residue(try choice(Threshold.Residue.allCases))
        case _ where phases.contains(word.text):
            return .latency(phase: word.text, try choice(Threshold.Statistic.allCases))
        default:
            throw ValueError(
                "unknown phase \"\(word.text.shortened)\"",
                suggestion: Nearest.to(word.text, among: phases + Self.subjects), offset: word.offset)
        }
    }

    private mutating func serverDrift() throws(ValueError) -> Threshold.Drift {
        let drift: Threshold.Drift = try choice([.memory, .descriptors, .threads, .cpu])
        let word = try words.next("drift")
        guard word.text == "drift" else {
            throw ValueError("expected drift, found \"\(word.text.shortened)\"", offset: word.offset)
        }
        return drift
    }

    private mutating func choice<Choice: RawRepresentable<String>>(_ all: [Choice]) throws(ValueError) -> Choice {
        let names = all.map(\.rawValue)
        let word = try words.next(names.joinedByOr)
        guard let choice = all.first(where: { $0.rawValue == word.text }) else {
            throw ValueError(
                "expected \(names.joinedByOr), found \"\(word.text.shortened)\"",
                suggestion: Nearest.to(word.text, among: names), offset: word.offset)
        }
        return choice
    }

    // MARK: Limits

    private mutating func limit(of measure: Threshold.Measure) throws(ValueError) -> Threshold.Limit {
        switch measure {
        case .latency:
            let word = try words.next("a duration such as 800ms")
            let limit = try read(word, as: ValueKind<Duration>.duration())
            guard limit > .zero else { throw Self.neverTrue(word) }
            return .duration(limit)
        case .failures, .disconnects: return .share(try above0(words.next("a share such as 0.1%"), as: .share))
        case .residue(.memory): return .bytes(try above0(words.next("a size such as 50MiB"), as: .size))
        case .residue: return .count(try above0(words.next("a number such as 5"), as: .number))
        case .drift(.memory): return .bytes(try above0(hourly("10MiB/h"), as: .size))
        case .drift(.descriptors), .drift(.threads): return .count(try above0(hourly("10/h"), as: .number))
        case .drift(.p50), .drift(.p99), .drift(.failures), .drift(.cpu):
            return .share(try above0(hourly("5%/h"), as: .share))
        }
    }

    /// What comes before `/h`.
    private mutating func hourly(_ example: String) throws(ValueError) -> Words.Word {
        var word = try words.next("a rate such as \(example)")
        guard word.text.hasSuffix("/h") else {
            throw ValueError(
                "expected a rate such as \(example), found \"\(word.text.shortened)\"", offset: word.offset)
        }
        word.text.removeLast(2)
        return word
    }

    private func above0(_ word: Words.Word, as kind: ValueKind<Double>) throws(ValueError) -> Double {
        let limit = try read(word, as: kind)
        guard limit > 0 else { throw Self.neverTrue(word) }
        return limit
    }

    private static func neverTrue(_ word: Words.Word) -> ValueError {
        ValueError("nothing is below \(word.text): this threshold would always fail", offset: word.offset)
    }

    // MARK: Clauses

    private mutating func clause(_ word: Words.Word) throws(ValueError) {
        switch word.text {
        case "in" where threshold.stage == nil && !threshold.isResidue: threshold.stage = try stage()
        case "over" where threshold.window == nil && !threshold.measure.isJudgedAtTheEnd:
            threshold.window = try read(try words.next("a duration such as 5m"), as: ValueKind<Duration>.span)
        case "shown" where threshold.isDrift && !threshold.mustBeShown: threshold.mustBeShown = true
        default:
            throw ValueError(
                "expected \(threshold.clauses), found \"\(word.text.shortened)\"", offset: word.offset)
        }
    }

    private mutating func stage() throws(ValueError) -> String {
        let word = try words.next("a stage")
        guard let stage = stages.first(where: { $0.name == word.text }) else {
            throw ValueError(
                "no stage is named \"\(word.text.shortened)\"",
                suggestion: Nearest.to(word.text, among: stages.map(\.name)), offset: word.offset)
        }
        if threshold.isDrift, !stage.isSteady {
            throw ValueError(
                "a drift is judged where the load is steady: \(stage.name) is neither hold nor crowd",
                offset: word.offset)
        }
        return stage.name
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

extension Threshold {
    fileprivate var isResidue: Bool {
        if case .residue = measure { true } else { false }
    }

    fileprivate var isDrift: Bool {
        if case .drift = measure { true } else { false }
    }

    /// Those that it can have.
    fileprivate var clauses: String {
        switch measure {
        case .latency, .failures, .disconnects: "in STAGE, over DURATION or nothing more"
        case .drift: "in STAGE, shown or nothing more"
        case .residue: "nothing more"
        }
    }
}

extension ValueKind where Value == Double {
    fileprivate static var number: Self {
        Self(expected: "a number such as 10") { scalar throws(ValueError) in
            guard let digits = Digits.decimal(scalar.text), let number = Double(digits) else { throw .other() }
            return number
        }
    }
}
