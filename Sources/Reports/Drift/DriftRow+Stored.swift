public import ResultFiles

extension DriftReport {
    /// As `run.json` keeps it.
    public var stored: [RunDescription.Drift] { zip(rows, sentences).map { $0.stored(text: $1) } }
}

extension DriftRow {
    fileprivate func stored(text: String) -> RunDescription.Drift {
        var stored = RunDescription.Drift(
            measure: measure.rawValue, stage: stage, verdict: verdict.rawValue, text: text)
        stored.ratePerHour = trend?.rate.value.storable
        stored.rateLow = trend?.rate.interval?.lowerBound.storable
        stored.rateHigh = trend?.rate.interval?.upperBound.storable
        let late = trend?.ends.first { $0.part == .lastQuarter }?.rate
        stored.lateRatePerHour = late?.value.storable
        stored.lateRateLow = late?.interval?.lowerBound.storable
        stored.lateRateHigh = late?.interval?.upperBound.storable
        stored.begin = trend?.begin.storable
        stored.end = trend?.end.storable
        stored.changedAtSeconds = trend?.change?.at
        return stored
    }
}
