#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A series cut into equal blocks, so long that one says little about the next: what a trend is seen in.
struct DriftBlocks {
    static let fewest = 8
    /// More would be alike: 16 blocks of a night hold their promise where what happens lasts for half an hour.
    static let most = 16
    /// A median of fewer is none.
    static let windowsPerBlock = 3
    /// Windows below which nothing is judged.
    static let fewestWindows = fewest * windowsPerBlock

    let windows: [DriftSeries.Point]
    /// Hours since the first arrival.
    let times: [Double]
    /// Figures, or their logarithms where a rate is relative.
    let values: [Double]
    let isLogarithmic: Bool

    /// nil where the series is too short.
    init?(_ series: DriftSeries, most: Int = Self.most) {
        let isLogarithmic = series.measure.isRelative && series.points.allSatisfy { $0.value > 0 }
        guard series.points.count >= Self.fewestWindows, isLogarithmic == series.measure.isRelative else { return nil }
        let count = min(most, series.points.count / Self.windowsPerBlock)
        let windows = series.points
        let blocks = (0..<count).map { windows[windows.count * $0 / count..<windows.count * ($0 + 1) / count] }
        self.windows = windows
        self.isLogarithmic = isLogarithmic
        times = blocks.map { $0.map(\.at).median / 3600 }
        values = blocks.map { block in
            let figure = series.measure.isPooled ? block.pooled : block.map(\.value).median
            return isLogarithmic ? log(figure) : figure
        }
    }

    /// From the first block's middle to the last one's, in hours.
    var hours: Double { times[times.count - 1] - times[0] }

    /// What a value stands for.
    func figure(_ value: Double) -> Double { isLogarithmic ? exp(value) : value }

    /// What stands for a figure.
    func value(_ figure: Double) -> Double { isLogarithmic ? log(figure) : figure }
}

extension ArraySlice<DriftSeries.Point> {
    fileprivate var pooled: Double {
        let weight = reduce(0) { $0 + $1.weight }
        return weight > 0 ? reduce(0) { $0 + $1.value * $1.weight } / weight : 0
    }
}
