/// One side of a contrast: a figure with what several contrasts need of it.
struct MeasuredFigure {
    let measure: ComparisonMeasure
    let figure: ResampledFigure
    /// nil where the figure or a resample is not above 0.
    let logarithm: ResampledFigure?
    let estimate: Estimate
    let blocks: Int

    init(_ measure: ComparisonMeasure, _ figure: ResampledFigure, blocks: Int) {
        (self.measure, self.figure, self.blocks) = (measure, figure, blocks)
        logarithm = figure.logarithm
        // By its logarithm the interval does not reach below 0.
        let spread = logarithm.map { Estimate(exponential: Spread($0, blocks: blocks)) }
        var estimate = spread ?? Estimate(Spread(figure, blocks: blocks))
        estimate.value = figure.value
        self.estimate = measure.isLatency ? estimate.reached : estimate
    }
}
