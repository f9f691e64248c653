#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How a figure moved over a stage: its rate by Theil and Sen, and where it changed at once.
public struct DriftTrend: Sendable, Equatable {
    /// An hour: a share of the figure itself where ``DriftMeasure/isRelative``, else in the measure's unit. Its interval
    /// holds the true one in 95 of 100 runs.
    public var rate: Estimate
    /// Where the line begins and ends, in the measure's unit.
    public var begin: Double
    public var end: Double
    /// The blocks' figures, at their middles.
    public var blocks: [DriftSeries.Point]
    /// Present where one change explains the series better than a line does, and chance does not.
    public var change: Change?
    /// Whether the figure moves by more than chance explains, by all that was looked at in the run together.
    public var isShown = false
    /// The shares of runs without any drift in which as much is seen: of the line, and of the change.
    var significances = [1.0, 1.0]

    /// A figure that was one thing before and another one after.
    public struct Change: Sendable, Equatable {
        /// Seconds since the first arrival.
        public var at: Double
        public var before: Double
        public var after: Double
    }
}

extension DriftTrend {
    /// - Parameter resamples: How often the blocks are drawn, at least 40.
    init(_ blocks: DriftBlocks, seed: UInt64, resamples: Int) {
        let line = TheilSenLine(blocks)
        let draws = Resamples(of: blocks.times.count, count: resamples, seed: seed)
        var slope = ResampledFigure(draws, line.slopes.slope(weights:))
        slope.serialCorrelation = SerialCorrelation.corrected(line.distances, around: .line)
        // A line takes one degree of freedom more than a mean.
        let spread = Spread(slope, blocks: blocks.times.count - 1)
        rate = blocks.isLogarithmic ? Estimate(exponential: spread).lessOne : Estimate(spread)
        (begin, end) = (blocks.figure(line.fitted[0]), blocks.figure(line.fitted[line.fitted.count - 1]))
        self.blocks = zip(blocks.times, blocks.values).map {
            DriftSeries.Point(at: $0 * 3600, value: blocks.figure($1))
        }
        let change = ChangePoint(blocks)
        significances = [spread.significance(), change.significance]
        if change.cost < line.cost { self.change = change.located(in: blocks) }
    }
}

/// The line through the blocks.
private struct TheilSenLine {
    let slopes: TheilSen
    let fitted: [Double]
    let distances: [Double]

    var cost: Double { distances.reduce(0) { $0 + abs($1) } }

    init(_ blocks: DriftBlocks) {
        slopes = TheilSen(times: blocks.times, values: blocks.values)
        let slope = slopes.slope(weights: Resamples.asMeasured(blocks.times.count))
        let intercept = zip(blocks.times, blocks.values).map { $1 - slope * $0 }.median
        fitted = blocks.times.map { intercept + slope * $0 }
        distances = zip(blocks.values, fitted).map { $0 - $1 }
    }
}

extension Estimate {
    /// Of a factor: by which share it is more than 1.
    fileprivate var lessOne: Estimate {
        Estimate(value: value - 1, interval: interval.map { $0.lowerBound - 1...$0.upperBound - 1 })
    }
}
