public import Metrics

extension RunTotals {
    /// `summary.csv` in its order: by variant, stage (`all` first) and phase; a phase that did not occur has no row.
    public var summaryRows: [SummaryRow] {
        var rows: [SummaryRow] = []
        forEachRecord { variant, stage, phase, record in
            rows.append(SummaryRow(record, variant: variant, phase: phase, stage: stage))
        }
        return rows
    }

    /// `failures.csv` in its order: by variant, stage and phase, the most frequent first. Each failure is in one row.
    public var failureRows: [FailureRow] {
        failures.ordered.map { key, entry in
            let scope = key.scope
            return FailureRow(
                key, entry, names, variant: names.variants[Int(scope.variant)],
                stage: names.stages[Int(scope.stage)])
        }
    }

    /// The failures of a variant over all its stages, in the order of phases, the most frequent first.
    public func failureRows(ofVariant variant: Int) -> [FailureRow] {
        failures.total(ofVariant: UInt16(variant)).ordered.map { key, entry in
            FailureRow(key, entry, names, variant: names.variants[variant], stage: SummaryRow.allStages)
        }
    }

    /// Visits the records that are not empty, in the order of the files.
    func forEachRecord<Failure>(
        _ body: (_ variant: String, _ stage: String, _ phase: String, _ record: PhaseRecord) throws(Failure) -> Void
    ) throws(Failure) {
        for (variant, variantName) in names.variants.enumerated() {
            for phase in names.phases.all {
                let record = phases.total(ofVariant: UInt16(variant), phase: phase)
                if !record.isEmpty { try body(variantName, SummaryRow.allStages, names.phases.name(of: phase), record) }
            }
            for (stage, stageName) in names.stages.enumerated() {
                let scope = Scope(variant: UInt16(variant), stage: UInt16(stage))
                for phase in names.phases.all where !phases[scope, phase].isEmpty {
                    try body(variantName, stageName, names.phases.name(of: phase), phases[scope, phase])
                }
            }
        }
    }

    /// `histogram.csv` in its order.
    var histogramRows: [HistogramRow] {
        var rows: [HistogramRow] = []
        forEachRecord { variant, stage, phase, record in
            guard let latencies = record.latencies else { return }
            var seen: UInt64 = 0
            latencies.forEachBucket { from, to, count in
                seen += count
                rows.append(
                    HistogramRow(
                        variant: variant, phase: phase, from: microseconds(from), to: microseconds(to), count: count,
                        cumulativeShare: Double(seen) / Double(latencies.count), stage: stage))
                return true
            }
        }
        return rows
    }

    /// Writes `histogram.csv` through the buffer: `write` is lent a piece of it, each phase's rows at most, again and again.
    func writeHistogram(through buffer: inout CSVBuffer, _ write: ReplacedFile.Write) throws(ResultError) {
        buffer.removeAll()
        buffer.header(HistogramRow.columns)
        try forEachRecord { (variant, stage, phase, record) throws(ResultError) in
            guard let latencies = record.latencies else { return }
            buffer.histogram(latencies, variant: variant, phase: phase, stage: stage)
            try write(buffer.bytes)
            buffer.removeAll()
        }
        try write(buffer.bytes)
    }
}

extension SummaryRow {
    init(_ record: PhaseRecord, variant: String, phase: String, stage: String) {
        let latencies = record.latencies
        let percentiles = latencies.figures([0.5, 0.9, 0.95, 0.99, 0.999])
        let isReached = (latencies?.reached ?? 0) > 0
        self.init(
            variant: variant, phase: phase, count: latencies?.count ?? record.completed,
            failures: record.failed, min: isReached ? latencies.map { microseconds($0.minimum) } : nil,
            mean: latencies?.mean.map { $0 / 1000 },
            standardDeviation: latencies?.standardDeviation.map { $0 / 1000 }, p50: percentiles[0],
            p90: percentiles[1], p95: percentiles[2], p99: percentiles[3], p999: percentiles[4],
            max: isReached ? latencies.map { microseconds($0.maximum) } : nil, stage: stage)
    }
}

extension FailureRow {
    init(
        _ key: FailureTable.Key, _ entry: FailureTable.Entry, _ names: ScopeNames, variant: String, stage: String
    ) {
        self.init(
            variant: variant, phase: names.phases.name(of: key.phase), kind: key.kind.rawValue,
            condition: key.condition,
            count: entry.count, firstAt: seconds(entry.first), lastAt: seconds(entry.last), example: entry.example,
            stage: stage)
    }
}

extension LatencyHistogram? {
    /// Percentiles in microseconds: infinity among the unreached, nil where nothing was recorded.
    func figures(_ shares: [Double]) -> [Double?] {
        guard let self, self.count > 0 else { return shares.map { _ in nil } }
        return self.percentiles(shares).map { $0.map(microseconds) ?? .infinity }
    }
}

func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1000 }

/// To the millisecond, as the files hold it.
func seconds(_ nanoseconds: UInt64) -> Double { (Double(nanoseconds) / 1_000_000).rounded() / 1000 }
