import Testing

@testable import SASL

@Suite("SASLprep (RFC 4013)")
struct SASLprepTests {
    @Test(
        "the examples of section 3 are prepared as printed",
        arguments: [
            ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"), ("\u{2168}", "IX"),
        ])
    func examples(_ given: String, _ expected: String) throws {
        #expect(text(try SASLprep.query(bytes(given), "username")) == expected)
        #expect(text(try SASLprep.stored(bytes(given), "password")) == expected)
    }

    @Test(
        "what section 2 maps or composes is mapped and composed",
        arguments: [
            ("a\u{A0}b", "a b"), ("a\u{3000}b", "a b"), ("\u{200B}a", "a"), ("a\u{FE0F}", "a"),
            ("e\u{301}", "\u{E9}"), ("\u{FB01}n", "fin"), ("\u{FF30}\u{FF37}", "PW"), ("\u{2126}", "\u{3A9}"),
            ("\u{AC00}\u{11A8}", "\u{AC01}"), ("pa\u{DF}wort", "pa\u{DF}wort"), ("a b", "a b"),
        ])
    func mapping(_ given: String, _ expected: String) throws {
        #expect(try SASLprep.stored(bytes(given), "password") == bytes(expected))
    }

    @Test(
        "prohibited code points are refused, and named",
        arguments: [
            ("\u{7}", "U+0007"), ("a\u{7F}", "U+007F"), ("\u{80}", "U+0080"), ("\u{E000}", "U+E000"),
            ("\u{FFFE}", "U+FFFE"), ("\u{FFFD}", "U+FFFD"), ("\u{2FF0}", "U+2FF0"), ("\u{200E}", "U+200E"),
            ("\u{E0001}", "U+E0001"), ("\u{10FFFF}", "U+10FFFF"), ("\u{0}", "U+0000"),
        ])
    func prohibited(_ given: String, _ name: String) {
        let refusal = SASLError(.prohibitedCharacters, "the username has \(name), which is prohibited (SASLprep)")
        #expect(throws: refusal) { try SASLprep.query(bytes(given), "username") }
    }

    @Test("letters from right to left are kept among themselves, and between two of them")
    func directions() throws {
        #expect(throws: SASLError.self) { try SASLprep.query(bytes("\u{627}1"), "username") }
        #expect(throws: SASLError.self) { try SASLprep.query(bytes("1\u{627}"), "username") }
        #expect(throws: SASLError.self) { try SASLprep.query(bytes("\u{627}a\u{628}"), "username") }
        #expect(try SASLprep.query(bytes("\u{627}1\u{628}"), "username") == bytes("\u{627}1\u{628}"))
    }

    @Test("what Unicode 3.2 does not know is refused in a stored string and let through in a query")
    func unassigned() throws {
        let key = "\u{1F511}"
        #expect(try SASLprep.query(bytes(key), "username") == bytes(key))
        let refusal = SASLError(
            .prohibitedCharacters, "the password has U+1F511, which is unassigned in Unicode 3.2 (SASLprep)")
        #expect(throws: refusal) { try SASLprep.stored(bytes(key), "password") }
    }

    @Test("nothing, what maps to nothing, and what is not UTF-8 are refused", arguments: [[], [0xC2, 0xAD], [0xFF]])
    func refused(_ given: [UInt8]) {
        #expect(throws: SASLError.self) { try SASLprep.stored(given, "password") }
    }
}
