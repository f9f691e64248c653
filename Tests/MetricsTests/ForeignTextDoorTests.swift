import TestSupport
import Testing

@testable import Metrics

@Suite("the door for foreign text")
struct ForeignTextDoorTests {
    private func door(_ secrets: String...) -> ForeignTextDoor {
        ForeignTextDoor(secrets: secrets.map { Array($0.utf8) })
    }

    @Test(
        "a secret is masked in whatever form it is repeated, alone, in a sentence and twice",
        arguments: [
            "hunter2-long", "s3c&<p@ss>\"'%+/", "pässwört", "a b+c d", "x\\y&amp;z", "pw12", "%41%42&lt;", "日本語の鍵",
        ])
    func forms(_ secret: String) {
        let door = door(secret, "other-secret")
        for form in SecretForms(secret, of: "u1").all {
            #expect(door.shown(form.text, longest: .max) == "***", "\(form.name)")
            let sentence = "wrong: '\(form.text)', not (\(form.text))"
            #expect(door.shown(sentence, longest: .max) == "wrong: '***', not (***)", "\(form.name): \(sentence)")
        }
    }

    @Test("a short secret is masked where it stands by itself, and in the messages that carry it")
    func short() {
        let door = door("pw")
        #expect(door.shown("bad password pw for u1") == "bad password *** for u1")
        #expect(door.shown("'pw' &#112;w p%77 cHc= 7077 AHUxAHB3") == "'***' *** *** *** *** ***")
        for text in ["pwd", "spawn", "unpw1", "é-pwé", "temporary-auth-failure", "no such user: AHUxAHB4", "17077"] {
            #expect(door.shown(text) == text)
        }
    }

    @Test("text without secrets stays, whatever is secret")
    func untouched() {
        let texts = [
            "temporary-auth-failure", "u7 is over its quota of 100%", "offered: PLAIN, SCRAM-SHA-1", "é 日本 🙂", "",
        ]
        for text in texts { #expect(door("hunter2", "", "ab").shown(text) == text) }
    }

    @Test("what is not seen, or moves what stands beside it, is an escape")
    func invisible() {
        let cases = [
            ("a\u{1B}[31m\nb", #"a\u{1B}[31m\u{A}b"#), ("\u{0}\u{7F}\u{85}\u{9B}", #"\u{0}\u{7F}\u{85}\u{9B}"#),
            ("\u{202E}txt\u{2066}", #"\u{202E}txt\u{2066}"#),
            ("a\u{200B}b\u{FEFF}\u{AD}", #"a\u{200B}b\u{FEFF}\u{AD}"#),
            ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("\u{E0041}\u{FFFE}\u{E000}", #"\u{E0041}\u{FFFE}\u{E000}"#),
            ("\u{3164}\u{61C}", #"\u{3164}\u{61C}"#),
        ]
        for (text, shown) in cases {
            #expect(door().shown(text) == shown)
            #expect(door().shown(shown) == shown, "through the door again")
        }
    }

    @Test("a text is cut by scalars, between escapes, and no secret is cut open")
    func cut() {
        let long = String(repeating: "\u{1B}", count: 1000)
        #expect(door().shown(long, longest: 13) == #"\u{1B}\u{1B}"#)
        #expect(door().shown("a" + String(repeating: "\u{301}", count: 10_000)).unicodeScalars.count == 240)
        for length in 950...970 {
            let text = String(repeating: "x", count: length) + " hunter2-long hunter2-long"
            #expect(!door("hunter2-long").shown(text, longest: 990).contains("hunter"))
        }
        let repeated = String(repeating: "hunter2-long", count: 300)
        for drop in 0..<12 {
            #expect(!door("hunter2-long").shown(String(repeated.dropFirst(drop))).hasSuffix("hunter2"))
        }
        #expect(!door("hunter2-long").shown(repeated).contains("h"))
    }

    @Test("a condition that RFC 6120 defines stays, one that a server made up does not")
    func conditions() {
        let door = door("conflict", "hunter2")
        let defined = Failure(phase: .bind, kind: .stanza, condition: "conflict", example: "conflict of hunter2")
        #expect(door.shown(defined).condition == "conflict")
        #expect(door.shown(defined).example == "*** of ***")
        #expect(door.shown(Failure(phase: .sasl, kind: .sasl, condition: "hunter2")).condition == "***")
    }
}
