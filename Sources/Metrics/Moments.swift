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

    /// Of the values that are left when those of a part are taken away; the outermost ones are taken to be left.
    func removing(_ part: Moments) -> Moments {
        let left = count - part.count
        guard left > 0, part.count > 0 else { return left > 0 ? self : Moments.none }
        let rest = (mean * Double(count) - part.mean * Double(part.count)) / Double(left)
        let distance = part.mean - rest
        let between = distance * distance * Double(part.count) * Double(left) / Double(count)
        return Moments(
            count: left, minimum: minimum, maximum: maximum, mean: rest,
            squares: max(0, squares - part.squares - between))
    }

    private static let none = Moments(count: 0, minimum: .max, maximum: 0, mean: 0, squares: 0)
}
