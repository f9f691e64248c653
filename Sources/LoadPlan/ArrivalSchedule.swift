#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// When the logins of an open stage are due, in nanoseconds since the stage's start, in ascending order.
///
/// The rate r(t) is a straight line, so the count of arrivals until t is N(t) = from·t + (to − from)·t² / 2T, and the
/// arrival number k is due where N(t) = k (`even`), or where N(t) is the sum of k exponential variates of mean 1
/// (`poisson`: an inhomogeneous Poisson process by inversion). Constant time and memory an arrival.
public struct ArrivalSchedule: Sequence, IteratorProtocol, Sendable {
    private let from: Double
    private let to: Double
    private let length: Double
    private let process: ArrivalProcess
    private var generator: SeededGenerator
    private var reached: Double

    /// The schedule of a ramp or a hold; nil for the closed shapes, which have none.
    public init?(_ shape: Stage.Shape, process: ArrivalProcess, seed: UInt64, stream: UInt64) {
        switch shape {
        case .ramp(let from, let to, let duration):
            self.init(from: from, to: to, duration: duration, process: process, seed: seed, stream: stream)
        case .hold(let rate, let duration):
            self.init(from: rate, to: rate, duration: duration, process: process, seed: seed, stream: stream)
        case .burst, .crowd, .outage, .recovery:
            return nil
        }
    }

    private init(
        from: Double, to: Double, duration: Duration, process: ArrivalProcess, seed: UInt64, stream: UInt64
    ) {
        self.from = from
        self.to = to
        self.length = duration.inSeconds
        self.process = process
        generator = SeededGenerator(seed: seed, stream: stream)
        reached = 0
        if process == .poisson { reached = exponential() }
    }

    public mutating func next() -> UInt64? {
        guard let seconds = instant(ofCount: reached), seconds < length else { return nil }
        reached += process == .even ? 1 : exponential()
        return UInt64(seconds * 1e9)
    }
    /// Solves N(t) = count for t in seconds; nil where the rate never gets there.
    private func instant(ofCount count: Double) -> Double? {
        let slope = length > 0 ? (to - from) / length : 0
        if slope == 0 { return from > 0 ? count / from : nil }
        let discriminant = from * from + 2 * slope * count
        guard discriminant >= 0 else { return nil }
        let denominator = from + discriminant.squareRoot()
        return denominator > 0 ? 2 * count / denominator : 0
    }

    private mutating func exponential() -> Double {
        -log(1 - Double.random(in: 0..<1, using: &generator))
    }
}

extension Duration {
    /// In seconds, to the precision of a double.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// In whole nanoseconds, rounded down; negative durations are 0.
    public var inNanoseconds: UInt64 {
        guard self > .zero else { return 0 }
        return UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds / 1_000_000_000)
    }
}
