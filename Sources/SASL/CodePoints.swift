/// A set of code points, as sorted pairs of the first and the last of each range.
struct CodePoints: Sendable {
    private let bounds: [UInt32]

    init(_ bounds: [UInt32]) { self.bounds = bounds }

    /// Whether the set holds the scalar. Cost: logarithmic in the number of ranges.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var low = 0
        var high = bounds.count / 2
        while low < high {
            let middle = (low + high) / 2
            if scalar.value > bounds[2 * middle + 1] { low = middle + 1 } else { high = middle }
        }
        return 2 * low < bounds.count && scalar.value >= bounds[2 * low]
    }
}
