/// How alike neighbouring values of a series are.
enum SerialCorrelation {
    /// What a series is seen around, by which its correlation comes out too small where values are few.
    enum Center {
        case mean
        case line
        /// A parabola.
        case curve
    }

    /// Of values less their center, corrected for the bias of few (Kendall 1954; of a polynomial, Tanaka 1984); 0 to 0.9.
    static func corrected(_ distances: [Double], around center: Center) -> Double {
        let squares = distances.reduce(0) { $0 + $1 * $1 }
        guard squares > 0 else { return 0 }
        let products = zip(distances, distances.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        let found = products / squares
        let bias =
            switch center {
            case .mean: 1 + 3 * found
            case .line: 2 + 4 * found
            case .curve: 3 + 5 * found
            }
        return min(0.9, max(0, found + bias / Double(distances.count)))
    }
}
