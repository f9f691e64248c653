#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Student's t distribution with a whole number of degrees of freedom.
enum StudentT {
    /// The normal distribution's 97.5 % point: what a 95 % interval has on each side of many blocks.
    static let normalPoint = 1.959963984540054

    /// The share of the distribution farther from 0 than this, on both sides. O(degrees); absolute error below 1e-12.
    ///
    /// The finite series of Abramowitz and Stegun 26.7.3 and 26.7.4.
    static func outside(_ distance: Double, degrees: Int) -> Double {
        guard distance.isFinite else { return distance.isNaN ? 1 : 0 }
        let angle = atan(abs(distance) / Double(degrees).squareRoot())
        return max(0, 1 - inside(angle: angle, degrees: degrees))
    }

    private static func inside(angle: Double, degrees: Int) -> Double {
        let (sine, cosine) = (sin(angle), cos(angle))
        guard !degrees.isMultiple(of: 2) else { return sine * series(cosine, first: 1, from: 2, below: degrees) }
        let sum = degrees == 1 ? 0 : sine * series(cosine, first: cosine, from: 3, below: degrees)
        return 2 / Double.pi * (angle + sum)
    }

    /// first · (1 + (n-1)/n · cos² + (n-1)(n+1)/(n(n+2)) · cos⁴ + ...), as long as n is below the limit.
    private static func series(_ cosine: Double, first: Double, from start: Int, below limit: Int) -> Double {
        var (term, sum) = (first, first)
        for number in stride(from: start, to: limit, by: 2) {
            term *= cosine * cosine * Double(number - 1) / Double(number)
            sum += term
        }
        return sum
    }

    /// How far from 0 exactly this share lies outside. Below 1e-11 the distance of 1e-11.
    static func distance(outside share: Double, degrees: Int) -> Double {
        let share = max(share, 1e-11)
        var (near, far) = (0.0, 1.0)
        while outside(far, degrees: degrees) > share { far *= 2 }
        for _ in 0..<60 {
            let middle = (near + far) / 2
            if outside(middle, degrees: degrees) > share { near = middle } else { far = middle }
        }
        return far
    }
}
