import Foundation

/// A value on an axis that is worth a word.
struct Tick: Sendable, Equatable {
    var value: Double
    var label: String
}

/// Round values for an axis: few, evenly spaced, and covering the data.
enum Ticks {
    /// From 0 to the first round value that is not below the greatest one, in steps of 1, 2 or 5 times a power of ten.
    static func linear(upTo greatest: Double, about count: Int, label: (Double) -> String) -> [Tick] {
        multiples(of: roundStep(greatest / Double(count)), upTo: greatest, label: label)
    }

    /// The same in steps of powers of two, as memory is counted.
    static func bytes(upTo greatest: Double, about count: Int) -> [Tick] {
        let step = exp2(ceil(log2(max(1, greatest / Double(count)))))
        return multiples(of: step, upTo: greatest, label: Format.roundBytes)
    }

    private static func multiples(of step: Double, upTo greatest: Double, label: (Double) -> String) -> [Tick] {
        guard step > 0, greatest.isFinite else { return [Tick(value: 0, label: label(0))] }
        let steps = max(1, Int((greatest / step - 1e-9).rounded(.up)))
        return (0...steps).map { Tick(value: Double($0) * step, label: label(Double($0) * step)) }
    }

    private static func roundStep(_ rough: Double) -> Double {
        guard rough > 0, rough.isFinite else { return 1 }
        let power = pow(10, floor(log10(rough)))
        let factor = [1, 2, 5].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
        return factor * power
    }

    /// Powers of ten of microseconds around these latencies, and between them 2 and 5 where there are few.
    static func latency(_ range: ClosedRange<Double>) -> [Tick] {
        let low = Int(floor(log10(max(0.1, range.lowerBound))))
        let high = Int(ceil(log10(max(1, range.upperBound))))
        let factors: [Double] = high - low > 2 ? [1] : high - low > 1 ? [1, 3] : [1, 2, 5]
        let values = (low...max(high, low + 1)).flatMap { power in factors.map { $0 * pow(10, Double(power)) } }
        return values.filter { $0 <= pow(10, Double(max(high, low + 1))) * 1.001 }
            .map { Tick(value: $0, label: Format.roundDuration(microseconds: $0)) }
    }

    /// 0, 50 %, 90 %, 99 % and so on, as far as this many values can tell: a further nine needs ten times as many.
    static func percentiles(of count: UInt64) -> [Tick] {
        let nines = max(2, min(7, Int(ceil(log10(Double(max(1, count)))))))
        let shares = [0, 0.5] + (1...nines).map { 1 - pow(10, -Double($0)) }
        return zip(shares, ["0", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %", "99.99999 %"])
            .map { Tick(value: $0, label: $1) }
    }

    /// Seconds since the first arrival, from 0 to at most the end.
    static func time(upTo end: Double, about count: Int) -> [Tick] {
        let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200]
        let step = steps.first { end / $0 <= Double(count) } ?? 86400
        return stride(from: 0, through: end, by: step).map {
            Tick(value: $0, label: Format.elapsed($0, step: step))
        }
    }
}

extension Format {
    /// `20 s`, `1:30`, `15 min`, `2 h`, `1:30 h`: a moment of a run on an axis with such steps.
    static func elapsed(_ seconds: Double, step: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole == 0 { return "0" }
        if step < 60 {
            return whole < 120 && step >= 1 ? "\(whole) s" : clock(nanoseconds: UInt64(whole) * 1_000_000_000)
        }
        if step >= 3600 { return "\(whole / 3600) h" }
        guard whole > 5400 else { return "\(whole / 60) min" }
        let minutes = whole / 60 % 60
        return minutes == 0 ? "\(whole / 3600) h" : "\(whole / 3600):\(minutes < 10 ? "0" : "")\(minutes) h"
    }

    /// `0`, `0.02`, `1.5`, `1,200`: a round number with the decimals that it has.
    static func round(_ value: Double) -> String {
        trimmed(decimal(value, places: value < 0.01 ? 4 : value < 1 ? 3 : value < 100 ? 1 : 0))
    }

    /// `0.001`, `0.5`, `1.25`, `2`: a ratio on an axis.
    static func factor(_ ratio: Double) -> String { trimmed(decimal(ratio, places: ratio < 0.1 ? 4 : 2)) }

    /// `100 µs`, `2 ms`, `10 s`: a round latency without decimals.
    static func roundDuration(microseconds: Double) -> String {
        if microseconds < 1000 { return "\(rate(microseconds)) µs" }
        return microseconds < 1_000_000 ? "\(rate(microseconds / 1000)) ms" : "\(rate(microseconds / 1_000_000)) s"
    }

    /// `64 MiB`: without decimals where there are none.
    static func roundBytes(_ bytes: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (bytes, 0)
        while value >= 1024, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        return value == 0 ? "0" : "\(rate(value)) \(units[unit])"
    }
}
