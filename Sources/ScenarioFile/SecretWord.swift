/// Words that stand before a secret, also where they are mistyped: what follows them is shown to nobody.
enum SecretWord {
    /// What a scenario calls its secrets.
    static let keys: Set<String> = ["password", "token"]

    private static let parts = ["passw", "passphrase", "secret", "token", "credential", "apikey"]
    private static let whole: Set<String> = ["pw", "pwd", "pass", "psw", "psk"]
    private static let meant = ["password", "passwd", "passphrase", "secret", "token", "credential"]

    /// Whether a secret may follow, by the letters of the word alone.
    static func isOne(_ word: some StringProtocol) -> Bool {
        let letters = word.lowercased().filter(\.isLetter)
        guard !letters.isEmpty else { return false }
        return whole.contains(letters) || parts.contains(where: letters.contains)
            || Nearest.to(letters, among: meant) != nil
    }

    /// Whether one of the text's words is one.
    static func isOne(of text: String) -> Bool {
        text.unicodeScalars.split { !belongs($0) }.contains { isOne(String($0)) }
    }

    /// A text that a message quotes, without what follows such a word.
    static func cover(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var start = 0
        while start < scalars.count {
            let word = scalars[start...].prefix(while: belongs)
            let rest = scalars[word.endIndex...].drop { !belongs($0) }
            if isOne(String(word)), !rest.isEmpty { return String(scalars[..<rest.startIndex]) + SecretMask.hidden }
            start = word.endIndex + 1
        }
        return text
    }

    /// What is not seen does not end a word.
    static func belongs(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isAlphabetic || properties.numericType != nil || scalar == "-" || scalar == "_"
            || properties.isDefaultIgnorableCodePoint
    }
}
