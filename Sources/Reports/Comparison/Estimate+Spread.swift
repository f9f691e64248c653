#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

func naturalLogarithm(_ value: Double) -> Double { log(value) }

/// In microseconds, where a percentile among the unreached stands.
private let notReached = PooledLatencies.notReached / 1000

extension Estimate {
    /// The share of experiments whose interval misses the truth.
    static let outside = 0.05

    init(_ spread: Spread, outside: Double = Self.outside) {
        value = spread.value
        interval = spread.interval(outside: outside)
    }

    /// What the spread is the logarithm of.
    init(exponential spread: Spread) {
        self.init(spread)
        replace { exp($0) }
    }

    /// Of the logarithm of a factor: by which share the factor is more than 1.
    var growth: Estimate {
        var estimate = self
        estimate.replace { exp($0) - 1 }
        return estimate
    }

    /// Of a latency in microseconds: infinite where it was not reached.
    var reached: Estimate {
        var estimate = self
        estimate.replace { $0 < notReached ? $0 : .infinity }
        return estimate
    }

    /// Of a difference of latencies: infinite where one of them was not reached, which lies an hour off.
    var reachedDifference: Estimate {
        var estimate = self
        estimate.replace { abs($0) < notReached / 2 ? $0 : $0 < 0 ? -.infinity : .infinity }
        return estimate
    }

    /// The operation keeps the order.
    private mutating func replace(_ operation: (Double) -> Double) {
        value = operation(value)
        interval = interval.map { operation($0.lowerBound)...operation($0.upperBound) }
    }
}
