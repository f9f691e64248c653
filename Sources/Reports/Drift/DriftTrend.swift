/// How a figure moved over a stage: its rate by Theil and Sen over all of it, over its second half and its last quarter,
/// whether it only ever rose or fell (Mann and Kendall), and where it changed at once.
public struct DriftTrend: Sendable, Equatable {
    /// Over the whole stage.
    public var whole: DriftRate
    /// Over its second half and its last quarter, where what begins late or grows ever faster shows; those that have
    /// windows enough.
    public var ends: [DriftRate] = []
    /// Where the line begins and ends, in the measure's unit.
    public var begin: Double
    public var end: Double
    /// The blocks' figures, at their middles.
    public var blocks: [DriftSeries.Point]
    /// Present where one change explains the series better than a line does, and chance does not.
    public var change: Change?
    /// Whether the figure moves by more than chance explains, by all that was looked at in the run together.
    public var isShown = false
    /// Which of the ends does, the shortest one; nil where none does.
    public var shownEnd: DriftRate?
    /// The shares of runs without any drift in which as much is seen: of the line, the change, the ranks and the ends.
    var significances: [Double] = []
    /// How many those are of each series.
    static let looks = 3 + endings.count

    /// Of the whole stage.
    public var rate: Estimate { whole.rate }

    /// A figure that was one thing before and another one after.
    public struct Change: Sendable, Equatable {
        /// Seconds since the first arrival.
        public var at: Double
        public var before: Double
        public var after: Double
        /// What it comes to over the whole stage.
        var rate: DriftRate
    }

    /// What a threshold is held against: of the ends those that grow, for the others the whole speaks.
    var rates: [DriftRate] { [whole] + (change.map { [$0.rate] } ?? []) + ends.filter(\.isGrowing) }
}

extension DriftTrend {
    /// - Parameter outside: The share of runs whose interval misses the true rate, of each rate.
    init(_ blocks: DriftBlocks, of series: DriftSeries, outside: Double) {
        let look = Look(blocks, of: series, SlopeNoise.most, outside: outside)
        let quarters = Quarters(blocks)
        whole = DriftRate(series.measure, look.rate, .whole, isLasting: quarters.move(with: look.line.slope))
        (begin, end) = (blocks.figure(look.line.fitted[0]), blocks.figure(look.line.fitted[blocks.times.count - 1]))
        self.blocks = zip(blocks.times, blocks.values).map {
            DriftSeries.Point(at: $0 * 3600, value: blocks.figure($1))
        }
        let change = ChangePoint(blocks, outside: outside)
        if change.cost < look.line.cost { self.change = change.located(in: blocks, of: series.measure) }
        let ranks = MannKendall(
            blocks.values,
            // Around a parabola: what is curved is no likeness of neighbours.
            serialCorrelation: SerialCorrelation.corrected(
                Parabola.distances(blocks.times, blocks.values), around: .curve))
        significances = [
            whole.isLasting ? look.significance : 1, change.isLasting ? change.significance : 1,
            quarters.move(with: ranks.sign * abs(look.line.slope)) ? ranks.significance : 1,
        ]
        for ending in Self.endings {
            lookAt(ending, EndOfStage(blocks, share: ending.share), of: series.measure, outside: outside)
        }
    }

    /// A part of the stage of so many; the shorter it is, the less of what is slow in it can be told.
    struct Ending {
        let part: DriftRate.Part
        let share: Int
        let degrees: Int
    }

    static let endings = [
        Ending(part: .secondHalf, share: 2, degrees: 9), Ending(part: .lastQuarter, share: 4, degrees: 7),
    ]

    private mutating func lookAt(
        _ ending: Ending, _ end: EndOfStage, of measure: DriftMeasure, outside: Double
    ) {
        let series = DriftSeries(measure, Array(end.windows))
        guard let blocks = DriftBlocks(series, most: Self.blocksOfAnEnd) else { return significances.append(1) }
        let look = Look(blocks, of: series, ending.degrees, outside: outside)
        let isLasting = end.reachesNewExtremes(with: look.line.slope * blocks.hours)
        ends.append(DriftRate(measure, look.rate, ending.part, isLasting: isLasting))
        significances.append(isLasting ? look.significance : 1)
    }

    private static let blocksOfAnEnd = 12

    /// A line through blocks, and how sure its slope is.
    private struct Look {
        let line: TheilSenLine
        let rate: Estimate
        let significance: Double

        /// Noise is seen in shorter blocks.
        private static let blocksOfNoise = 48

        init(_ blocks: DriftBlocks, of series: DriftSeries, _ degrees: Int, outside: Double) {
            line = TheilSenLine(blocks)
            let noise = SlopeNoise(DriftBlocks(series, most: Self.blocksOfNoise) ?? blocks, most: degrees)
            let estimate = noise.estimate(line.slope, outside: outside)
            rate = blocks.isLogarithmic ? estimate.growth : estimate
            significance = noise.significance(of: line.slope)
        }
    }
}

/// The line through the blocks.
private struct TheilSenLine {
    let slope: Double
    let fitted: [Double]
    let cost: Double

    init(_ blocks: DriftBlocks) {
        let slope = TheilSen.slope(times: blocks.times, values: blocks.values)
        let intercept = zip(blocks.times, blocks.values).map { $1 - slope * $0 }.median
        self.slope = slope
        fitted = blocks.times.map { intercept + slope * $0 }
        cost = zip(blocks.values, fitted).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
}
