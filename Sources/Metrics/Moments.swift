/// What is known exactly of values of which a histogram keeps the buckets. Nanoseconds.
public struct Moments: Sendable, Equatable {
    public var count: UInt64
    public var minimum: UInt64
    public var maximum: UInt64
    public var mean: Double
    /// The sum of the squared distances from the mean.
    public var squares: Double

    public init(count: UInt64, minimum: UInt64, maximum: UInt64, mean: Double, squares: Double) {
        (self.count, self.minimum, self.maximum, self.mean, self.squares) = (count, minimum, maximum, mean, squares)
    }
}
