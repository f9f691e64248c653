/// A moment in wall time, for labels only: whole seconds since 1970 in UTC.
public struct WallTime: Sendable, Equatable {
    public var secondsSince1970: Int

    public init(secondsSince1970: Int) { self.secondsSince1970 = secondsSince1970 }

    /// `2026-03-01T18:04:05Z`
    public var iso8601: String {
        let parts = civil
        return "\(padded(parts.year, 4))-\(padded(parts.month))-\(padded(parts.day))T"
            + "\(padded(hour)):\(padded(minute)):\(padded(second))Z"
    }

    /// `20260301T180405Z`, as in the name of a result folder.
    public var compact: String {
        let parts = civil
        return "\(padded(parts.year, 4))\(padded(parts.month))\(padded(parts.day))T"
            + "\(padded(hour))\(padded(minute))\(padded(second))Z"
    }

    private var secondOfDay: Int { secondsSince1970 - 86400 * day }
    private var hour: Int { secondOfDay / 3600 }
    private var minute: Int { secondOfDay / 60 % 60 }
    private var second: Int { secondOfDay % 60 }

    /// Days since 1970-01-01, rounded down.
    private var day: Int { (secondsSince1970 - (secondsSince1970 < 0 ? 86399 : 0)) / 86400 }

    /// The proleptic Gregorian date, counted in eras of 400 years that begin on a 1 March (Hinnant 2013,
    /// "chrono-compatible low-level date algorithms").
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted - (shifted < 0 ? 146_096 : 0)) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private func padded(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
