public import ResultFiles

extension DriftReport {
    /// As `run.json` keeps it.
    public var stored: [RunDescription.Drift] { zip(rows, sentences).map { $0.stored(text: $1) } }
}

extension DriftRow {
    fileprivate func stored(text: String) -> RunDescription.Drift {
        var stored = RunDescription.Drift(
            measure: measure.rawValue, stage: stage, verdict: verdict.rawValue, text: text)
        stored.ratePerHour = trend?.rate.value
        stored.rateLow = trend?.rate.interval?.lowerBound
        stored.rateHigh = trend?.rate.interval?.upperBound
        let late = trend?.ends.first { $0.part == .lastQuarter }?.rate
        stored.lateRatePerHour = late?.value
        stored.lateRateLow = late?.interval?.lowerBound
        stored.lateRateHigh = late?.interval?.upperBound
        stored.begin = trend?.begin
        stored.end = trend?.end
        stored.changedAtSeconds = trend?.change?.at
        return stored
    }
}
