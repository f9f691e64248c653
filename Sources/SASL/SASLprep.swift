/// The preparation of names and passwords (RFC 4013) for what needs none: printable ASCII is its own preparation.
///
/// Everything else is refused by name rather than compared wrongly: without the tables of RFC 3454 a name or password
/// beyond ASCII could reach the server in another form than the one it stored.
enum SASLprep {
    /// - Throws: `.prohibitedCharacter`, naming the code point and not the text.
    static func prepare(_ text: String) throws(SASLError) -> String {
        guard let offender = text.unicodeScalars.first(where: { $0.value < 0x20 || $0.value > 0x7E }) else {
            return text
        }
        let digits = String(offender.value, radix: 16, uppercase: true)
        let code = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let reason =
            offender.value < 0x80 ? "is prohibited (RFC 4013 section 2.3)" : "is beyond the ASCII that is supported"
        throw SASLError(.prohibitedCharacter, "\(code) in a name or password \(reason)")
    }
}
