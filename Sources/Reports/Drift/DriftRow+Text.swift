extension DriftReport {
    /// What a person should know: a sentence for each row. With several stages each is named.
    public var sentences: [String] {
        let isOnlyStage = Set(rows.map(\.stage)).count < 2
        return rows.map { $0.sentence(isStageNamed: !isOnlyStage) }
    }
}

extension DriftRow {
    /// `the server's memory grows by 41 MiB an hour, interval 38 to 44; at that rate it reaches its limit of 2 GiB in 19 h`
    public func sentence(isStageNamed: Bool = false) -> String {
        let subject = measure.words + (isStageNamed ? " in \(stage)" : "")
        guard verdict.isJudged, let trend else { return "\(subject): \(verdict.rawValue): \(reason ?? "")" }
        if let change = trend.change {
            let levels = "from \(measure.text(change.before)) to \(measure.text(change.after))"
            let at = Format.clock(nanoseconds: UInt64(max(0, change.at) * 1e9))
            return "\(subject) changed \(levels) at \(at), at once and not by and by"
        }
        guard trend.isShown else { return "\(subject): no drift shown\(interval(trend))" }
        guard let end = accelerated(trend) else {
            return "\(subject) \(verdict.rawValue) by \(rate(trend.rate))\(prospect(trend, trend.rate.value))"
        }
        return "\(subject) \(verdict.rawValue) by \(rate(end.rate))\(end.part.rawValue) of the stage, by "
            + "\(rate(trend.rate)) over all of it\(prospect(trend, end.rate.value))"
    }

    /// The end of the stage, where it moves by more than the line through all of it can.
    private func accelerated(_ trend: DriftTrend) -> DriftRate? {
        guard let end = trend.shownEnd, let own = end.rate.interval, let whole = trend.rate.interval else { return nil }
        return own.overlaps(whole) && whole.lowerBound * whole.upperBound > 0 ? nil : end
    }

    /// `41 MiB an hour, interval 38 to 44`; of a fall its size.
    private func rate(_ rate: Estimate) -> String {
        let sign = verdict == .falls ? -1.0 : 1.0
        let unit = measure.rateUnit(for: rate.value)
        var text = "\(unit.text(sign * rate.value)) an hour"
        if let interval = rate.interval {
            let ends = [interval.lowerBound, interval.upperBound].map { sign * $0 }.sorted()
            text += ", interval \(unit.number(ends[0])) to \(unit.number(ends[1]))"
        }
        return text
    }

    /// ` (-1.2 to 0.8 MiB an hour)`; the line through a minute may become anything within an hour.
    private func interval(_ trend: DriftTrend) -> String {
        guard let interval = trend.rate.interval else { return "" }
        if measure.isRelative, interval.upperBound > Self.boldest {
            return " (the stage is too short to tell a rate an hour)"
        }
        let unit = measure.rateUnit(for: max(abs(interval.lowerBound), abs(interval.upperBound)))
        return " (\(unit.number(interval.lowerBound)) to \(unit.text(interval.upperBound)) an hour)"
    }

    /// A growth by more than this share of itself an hour is no figure to think in.
    private static let boldest = 10.0

    private func prospect(_ trend: DriftTrend, _ rate: Double) -> String {
        guard let limit, rate > 0, let end = trend.blocks.last?.value, end < limit else { return "" }
        let hours = (limit - end) / rate
        guard hours < 10_000 else { return "" }
        return "; at that rate it reaches its limit of \(measure.text(limit)) in \(Format.span(hours: hours))"
    }
}

extension DriftMeasure {
    /// As the subject of a sentence, in the singular.
    public var words: String {
        switch self {
        case .p50: "login p50"
        case .p99: "login p99"
        case .failures: "the share of failures"
        case .serverMemory: "the server's memory"
        case .serverDescriptors: "the number of the server's descriptors"
        case .serverThreads: "the number of the server's threads"
        case .serverCPU: "the server's processor time per login"
        }
    }

    /// A figure for people.
    public func text(_ figure: Double) -> String {
        switch self {
        case .p50, .p99, .serverCPU: Format.duration(microseconds: figure)
        case .failures: Format.share(figure)
        case .serverMemory: Format.bytes(figure)
        case .serverDescriptors, .serverThreads: Format.number(figure)
        }
    }

    /// A rate for people: `41 MiB/h`, `5.1 %/h`.
    public func rateText(_ rate: Double) -> String { "\(rateUnit(for: rate).text(rate))/h" }

    /// In which rates of this size are told.
    func rateUnit(for rate: Double) -> RateUnit {
        switch self {
        case .p50, .p99, .serverCPU: RateUnit(name: "%", size: 0.01)
        case .failures: RateUnit(name: "percentage points", size: 0.01)
        case .serverDescriptors, .serverThreads: RateUnit(name: "", size: 1)
        case .serverMemory:
            abs(rate) < 1024 * 999.5 ? RateUnit(name: "KiB", size: 1024) : RateUnit(name: "MiB", size: 1_048_576)
        }
    }
}

/// `MiB` with how many bytes it has.
struct RateUnit {
    let name: String
    let size: Double

    func number(_ rate: Double) -> String { Format.number(rate / size) }

    func text(_ rate: Double) -> String { name.isEmpty ? number(rate) : "\(number(rate)) \(name)" }
}
