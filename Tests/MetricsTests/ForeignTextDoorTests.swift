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
        for text in ["pwd", "spawn", "unpw1", "é-pwé", "temporary-auth-failure", "no such user: AHUxA", "17077"] {
            #expect(door.shown(text) == text)
        }
    }

    @Test(
        "so is what any other account of the run logs in by",
        arguments: ["hunter2-long", "s3c&<p@ss>\"'%+/", "pässwört", "a b+c d", "pw12", "%41%42&lt;", "日本語の鍵"])
    func others(_ secret: String) {
        let many = SecretIndex((0..<5000).lazy.map { "password-\($0)" } + [secret])
        let door = ForeignTextDoor(others: many).knowing([Array("my-own-one".utf8)])
        for form in SecretForms(secret, of: "u1").all {
            #expect(door.shown("wrong: '\(form.text)'", longest: .max) == "wrong: '***'", "\(form.name)")
        }
        #expect(door.shown("u1:password-4999 my-own-one passwords") == "u1:*** *** passwords")
        #expect(SecretIndex([""]) == nil)
    }

    @Test("a secret in Base64 over several lines is masked, however wide they are", arguments: ["\n", "\r\n  "])
    func wrapped(_ end: String) {
        let door = ForeignTextDoor(others: SecretIndex(["hunter2-long"]))
        let blob = Array("AHUxAGh1bnRlcjItbG9uZw==")
        for width in 1...12 {
            let lines = stride(from: 0, to: blob.count, by: width).map {
                String(blob[$0..<min($0 + width, blob.count)])
            }
            let shown = door.shown("no: \(lines.joined(separator: end)).", longest: .max)
            #expect(!shown.contains("AGh") && !shown.contains("bG9"), "\(width): \(shown)")
        }
        #expect(door.shown("wrong\npassword") == "wrong\\u{A}password")
    }

    @Test("what is sent to authenticate is masked by its shape, whoever's it is")
    func shapes() {
        let door = door("hunter2")
        for text in [
            "AHUxAHdoYXRldmVy", "dTkAdTEAd2hhdGV2ZXI=", "0075310077686174", "%00u1%00whatever", "u9&#0;u1&#0;what",
            "bixhPXUxQGV4YW1wbGUub3JnLAFhdXRoPUJlYXJlciB3aGF0ZXZlcgEB",
        ] {
            #expect(door.shown("you sent \(text)") == "you sent ***")
        }
    }

    @Test("a secret that is split over pieces is masked in each, and at a cut what may begin one is kept")
    func pieces() {
        let door = door("hunter2-long")
        for cut in 1..<12 {
            let (first, second) = ("hunter2-long".prefix(cut), "hunter2-long".dropFirst(cut))
            let shown = door.shown(pieces: ["no: \(first)", "", "\(second)!"])
            #expect(shown.shown == ["no: ***", "", "***!"] && shown.kept == "")
            let cut = door.shown(pieces: ["x", "no: é\(first)"], keeping: 1000)
            #expect(cut.kept.hasSuffix("\(first)") && !cut.shown.joined().contains("h"))
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
