/// Between which figures most windows of a span lie.
struct Extremes {
    /// A tenth of the windows lies below the one, a tenth above the other; both as figures.
    let low: Double
    let high: Double

    /// - Parameter windows: at least one.
    init(_ windows: ArraySlice<DriftSeries.Point>) {
        let values = windows.map(\.value).sorted()
        low = values[values.count / 10]
        high = values[values.count - 1 - values.count / 10]
    }

    /// Whether low and high both moved by so much, or more, in the direction of its sign.
    func moves(to later: Extremes, atLeast move: Double, _ blocks: DriftBlocks) -> Bool {
        let sign = move < 0 ? -1.0 : 1.0
        return zip([low, high], [later.low, later.high]).allSatisfy { before, after in
            sign * (blocks.value(after) - blocks.value(before)) >= abs(move)
        }
    }
}

/// The first and the last quarter of a stage's windows.
struct Quarters {
    private let blocks: DriftBlocks
    private let first: Extremes
    private let last: Extremes

    init(_ blocks: DriftBlocks) {
        let quarter = blocks.windows.count / 4
        self.blocks = blocks
        first = Extremes(blocks.windows.prefix(quarter))
        last = Extremes(blocks.windows.suffix(quarter))
    }

    /// Whether the extremes moved by a fair part of what this slope comes to.
    func move(with slope: Double) -> Bool {
        first.moves(to: last, atLeast: 0.25 * slope * blocks.hours, blocks)
    }
}

/// The last windows of a stage, and those before.
struct EndOfStage {
    let windows: ArraySlice<DriftSeries.Point>
    private let earlier: Extremes
    private let blocks: DriftBlocks

    /// - Parameter share: The end is one part of so many.
    init(_ blocks: DriftBlocks, share: Int) {
        let count = blocks.windows.count / share
        self.blocks = blocks
        windows = blocks.windows.suffix(count)
        earlier = Extremes(blocks.windows.dropLast(count))
    }

    /// Whether the stage ends where it had never been before, by a fair part of what its end moved.
    func reachesNewExtremes(with move: Double) -> Bool {
        let last = Extremes(windows.suffix(windows.count / 3))
        let reached =
            move < 0
            ? blocks.value(earlier.low) - blocks.value(last.low) : blocks.value(last.high) - blocks.value(earlier.high)
        return reached >= 0.3 * abs(move)
    }
}
