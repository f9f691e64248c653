/// How far the return after an outage has come.
public struct StormProgress: Sendable, Equatable {
    /// Those who may still be back, or are.
    public var awaited: Int
    public var back: Int

    public init(awaited: Int = 0, back: Int = 0) {
        self.awaited = awaited
        self.back = back
    }

    /// Who is back, 0 to 1; 1 where nobody is awaited.
    public var share: Double { awaited > 0 ? Double(back) / Double(awaited) : 1 }

    public static func += (left: inout Self, right: Self) {
        left.awaited += right.awaited
        left.back += right.back
    }
}
