// Values with a unit: durations, rates and shares.

extension ValueKind where Value == Duration {
    /// The longest that any key takes.
    static var longest: Duration { .seconds(30 * 24 * 3600) }

    /// A duration within bounds.
    static func duration(from least: Duration = .zero, to most: Duration = longest) -> Self {
        Self(expected: "a duration such as 250ms, 30s, 5m or 8h") { scalar throws(ValueError) in
            let duration = try read(scalar.text, from: least)
            guard duration >= least else { throw ValueError("a duration of at least \(Units.text(least)) is needed") }
            guard duration <= most else { throw ValueError("a duration of at most \(Units.text(most)) is possible") }
            return duration
        }
    }

    /// Does not suggest what would be refused next.
    private static func read(_ text: String, from least: Duration) throws(ValueError) -> Duration {
        do throws(ValueError) {
            return try Units.duration(text)
        } catch {
            let meant = error.suggestion.flatMap { try? Units.duration($0) }
            throw meant.map { $0 < least } == true ? .other() : error
        }
    }

    /// A duration that is not zero.
    static var span: Self { duration(from: .milliseconds(1)) }
}

extension ValueKind where Value == Double {
    /// Logins per second.
    static var rate: Self {
        Self(expected: "a rate such as 200/s or 30/min") { scalar throws(ValueError) in
            try Units.rate(scalar.text)
        }
    }

    /// 0 to 1.
    static var share: Self {
        Self(expected: "a share such as 0.1%") { scalar throws(ValueError) in try Units.share(scalar.text) }
    }
}

extension ValueKind where Value == Double {
    /// Bytes.
    static var size: Self {
        Self(expected: "a size such as 64KiB or 10MiB") { scalar throws(ValueError) in try Units.size(scalar.text) }
    }
}

/// Numbers with their units, in both directions.
enum Units {
    static let greatestRate = 100_000.0
    static let leastRate = 1.0 / 3600

    private static let durationUnits: [String: Int64] = [
        "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000,
    ]
    private static let durationNames = [
        "": "s", "msec": "ms", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m",
        "minute": "m", "minutes": "m", "hr": "h", "hour": "h", "hours": "h",
    ]
    private static let rateUnits: [String: Double] = ["s": 1, "min": 60, "h": 3600]
    private static let rateNames = ["": "s", "sec": "s", "second": "s", "m": "min", "minute": "min", "hour": "h"]

    static func duration(_ text: String) throws(ValueError) -> Duration {
        let (number, unit) = split(text)
        guard let digits = Digits.decimal(number) else { throw .other() }
        guard let size = durationUnits[unit] else {
            throw .other(durationNames[unit.lowercased()].map { digits + $0 })
        }
        return try .nanoseconds(scale(digits, by: size))
    }

    /// Logins per second.
    static func rate(_ text: String) throws(ValueError) -> Double {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let unit = parts.count == 2 ? String(parts[1]) : ""
        guard let digits = Digits.decimal(parts.first ?? ""), let number = Double(digits) else { throw .other() }
        guard let seconds = rateUnits[unit] else { throw .other(rateNames[unit].map { digits + "/" + $0 }) }
        guard number / seconds <= greatestRate else {
            throw ValueError("a rate of at most \(Int(greatestRate))/s is possible")
        }
        guard number == 0 || number / seconds >= leastRate else {
            throw ValueError("a rate of at least 1/h is possible, or 0/s")
        }
        return number / seconds
    }

    /// 0 to 1.
    static func share(_ text: String) throws(ValueError) -> Double {
        guard text.hasSuffix("%"), let digits = Digits.decimal(text.dropLast()), let number = Double(digits) else {
            throw .other(Digits.decimal(text).map { $0 + "%" })
        }
        guard number <= 100 else { throw ValueError("a share is at most 100%") }
        return number / 100
    }

    private static let sizeUnits: [String: Double] = ["B": 1, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824]
    private static let sizeNames = [
        "": "B", "k": "KiB", "kb": "KiB", "kib": "KiB", "m": "MiB", "mb": "MiB", "mib": "MiB", "g": "GiB", "gb": "GiB",
        "gib": "GiB",
    ]

    /// Bytes.
    static func size(_ text: String) throws(ValueError) -> Double {
        let (number, unit) = split(text)
        guard let digits = Digits.decimal(number), let value = Double(digits) else { throw .other() }
        guard let size = sizeUnits[unit] else { throw .other(sizeNames[unit.lowercased()].map { digits + $0 }) }
        guard value * size < 0x1p50 else { throw ValueError("a size below 1024TiB is possible") }
        return value * size
    }

    /// In the largest unit that needs no fraction.
    static func text(bytes: Int) -> String {
        for (unit, size) in sizeUnits.sorted(by: { $0.value > $1.value }) where bytes % Int(size) == 0 {
            return "\(bytes / Int(size))\(unit)"
        }
        return "\(bytes)B"
    }

    /// In the largest unit that needs no fraction.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
        for unit in ["h", "m", "s", "ms"] {
            guard let size = durationUnits[unit], nanoseconds % size == 0, nanoseconds != 0 else { continue }
            return "\(nanoseconds / size)\(unit)"
        }
        return nanoseconds == 0 ? "0s" : milliseconds(nanoseconds)
    }

    /// A percentage.
    static func text(share: Double) -> String {
        let percent = (share * 1e8).rounded() / 1e6
        return percent == percent.rounded() ? "\(Int(percent))%" : "\(percent)%"
    }

    /// In the first unit that needs no fraction, else per second.
    static func text(rate: Double) -> String {
        for unit in ["s", "min", "h"] {
            let number = (rate * (rateUnits[unit] ?? 1) * 1e9).rounded() / 1e9
            if number == number.rounded(), (Int(number) > 0 || rate == 0) { return "\(Int(number))/\(unit)" }
        }
        return "\(rate)/s"
    }

    private static func milliseconds(_ nanoseconds: Int64) -> String {
        let fraction = String(nanoseconds % 1_000_000)
        let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
        return "\(nanoseconds / 1_000_000).\(padded.trimmingZeros)ms"
    }

    private static func split(_ text: String) -> (number: Substring, unit: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        return (number, String(text.dropFirst(number.count)))
    }

    /// A decimal number times a whole one, without the errors of binary fractions.
    private static func scale(_ digits: String, by size: Int64) throws(ValueError) -> Int64 {
        let parts = digits.split(separator: ".")
        guard let whole = Int64(parts[0]), (parts.last?.count ?? 0) <= 18 else { throw tooLong }
        let (scaled, isOverflow) = whole.multipliedReportingOverflow(by: size)
        guard !isOverflow else { throw tooLong }
        let fraction = parts.count == 2 ? Double("0." + parts[1]) ?? 0 : 0
        let (sum, sumIsOverflow) = scaled.addingReportingOverflow(Int64((fraction * Double(size)).rounded()))
        guard !sumIsOverflow else { throw tooLong }
        return sum
    }

    private static let tooLong = ValueError("a duration of at most 30 days is possible")
}

extension String {
    fileprivate var trimmingZeros: String {
        var rest = self[...]
        while rest.hasSuffix("0") { rest.removeLast() }
        return String(rest)
    }
}
