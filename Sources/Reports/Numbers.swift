/// Numbers as people read them: three digits, and a unit.
public enum Numbers {
    /// A duration in nanoseconds: `812 µs`, `1.24 ms`, `12.4 ms`, `1.02 s`.
    public static func duration(_ nanoseconds: Double) -> String {
        switch nanoseconds {
        case ..<999_500: digits(nanoseconds / 1e3) + " µs"
        case ..<999_500_000: digits(nanoseconds / 1e6) + " ms"
        case ..<100e9: digits(nanoseconds / 1e9) + " s"
        default: "\(Int((nanoseconds / 1e9).rounded())) s"
        }
    }

    /// A share of 1 as a percentage: `0.1 %`.
    public static func share(_ share: Double) -> String { digits(share * 100) + " %" }

    /// Thousands apart: `12,345`.
    public static func count(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value).reversed())
        return String(
            stride(from: 0, to: digits.count, by: 3).map { String(digits[$0..<min($0 + 3, digits.count)]) }
                .joined(separator: ",").reversed())
    }

    /// Time since a start: `4:05`.
    public static func clock(_ nanoseconds: UInt64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let minutes = seconds / 60 % 60
        let two = seconds % 60 < 10 ? "0\(seconds % 60)" : "\(seconds % 60)"
        return seconds >= 3600 ? "\(seconds / 3600):\(minutes < 10 ? "0" : "")\(minutes):\(two)" : "\(minutes):\(two)"
    }

    /// Three significant digits, no more than the whole number has.
    static func digits(_ value: Double) -> String {
        if value == 0 { return "0" }
        let decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        let scale = [1.0, 10, 100][decimals]
        let scaled = Int((value * scale).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let rest = String(scaled % Int(scale) + Int(scale)).dropFirst()
        let trimmed = rest.reversed().drop { $0 == "0" }.reversed()
        return trimmed.isEmpty ? "\(scaled / Int(scale))" : "\(scaled / Int(scale)).\(String(trimmed))"
    }
}
