/// Figures as people read them: three digits that mean something, and a unit.
public enum Format {
    /// `812 µs`, `1.24 ms`, `12.3 ms`, `1.02 s`.
    public static func duration(nanoseconds: Double) -> String {
        // The unit is chosen by the rounded figure: 999.6 µs is 1.00 ms, never 1000 µs.
        if nanoseconds <= 0 { return "0 µs" }
        if nanoseconds < 999_500 { return "\(digits(nanoseconds / 1000)) µs" }
        if nanoseconds < 999_500_000 { return "\(digits(nanoseconds / 1_000_000)) ms" }
        return "\(digits(nanoseconds / 1_000_000_000)) s"
    }

    /// A figure of the files: `not reached` for infinity, `-` for none.
    public static func duration(microseconds: Double?) -> String {
        guard let microseconds else { return "-" }
        return microseconds.isInfinite ? "not reached" : duration(nanoseconds: microseconds * 1000)
    }

    /// `812 B`, `1.24 KiB`, `12.3 MiB`.
    public static func bytes(_ bytes: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB"]
        var (value, unit) = (bytes, 0)
        while value >= 999.5, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        return "\(unit == 0 ? count(Int(value.rounded())) : digits(value)) \(units[unit])"
    }

    /// `12,345`
    public static func count(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude))
        var grouped = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return grouped
    }

    /// `0 %`, `0.123 %`, `12.3 %`, `100 %`; only all is 100 %, and only nothing is 0 %.
    public static func share(_ share: Double) -> String {
        let percent = share * 100
        if percent <= 0 { return "0 %" }
        if percent < 0.001 { return "<0.001 %" }
        if percent > 99.9, percent < 100 { return ">99.9 %" }
        return "\(trimmed(decimal(percent, places: percent < 1 ? 3 : percent < 9.995 ? 2 : percent < 99.95 ? 1 : 0))) %"
    }

    /// `0.5`, `12.3`, `1,234`: a rate, without its unit.
    public static func rate(_ perSecond: Double) -> String {
        trimmed(decimal(perSecond, places: perSecond < 99.95 ? 1 : 0))
    }

    /// `41`, `-1.25`: three digits, without zeros at the end.
    public static func number(_ value: Double) -> String {
        let digits = trimmed(digits(abs(value)))
        return value < 0 && digits != "0" ? "-\(digits)" : digits
    }

    /// `40 min`, `19 h`, `12 days`.
    static func span(hours: Double) -> String {
        if hours < 1 { return "\(count(Int((hours * 60).rounded()))) min" }
        return hours < 72 ? "\(number(hours.rounded())) h" : "\(count(Int((hours / 24).rounded()))) days"
    }

    /// `0:42`, `12:05`, `1:02:03`.
    public static func clock(nanoseconds: UInt64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let tail = ":\(twoDigits(seconds % 60))"
        return hours > 0 ? "\(hours):\(twoDigits(minutes))\(tail)" : "\(minutes)\(tail)"
    }

    /// The text in at most this many characters, `…` standing for what was cut.
    public static func cut(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
    }

    /// The text in lines of at most this many characters, broken between words where that is possible.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(cut(String(word), to: width))
            }
        }
        return lines
    }

    static func left(_ text: String, _ width: Int) -> String {
        let shown = cut(text, to: width)
        return shown + String(repeating: " ", count: width - shown.count)
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// Three significant digits.
    private static func digits(_ value: Double) -> String {
        decimal(value, places: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }

    static func decimal(_ value: Double, places: Int) -> String {
        let unit = (0..<places).reduce(UInt64(1)) { unit, _ in unit * 10 }
        guard let scaled = UInt64(exactly: (max(0, value) * Double(unit)).rounded()) else { return "∞" }
        guard places > 0 else { return count(scaled) }
        let fraction = String(scaled % unit)
        return "\(count(scaled / unit)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }

    static func trimmed(_ decimal: String) -> String {
        guard decimal.contains(".") else { return decimal }
        var shown = decimal[...]
        while shown.last == "0" { shown.removeLast() }
        if shown.last == "." { shown.removeLast() }
        return String(shown)
    }

    private static func twoDigits(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
