import Testing

@testable import Domains

@Suite("Punycode, RFC 3492")
struct PunycodeTests {
    /// Section 7.1, and two of IDNA2008's.
    static let samples = [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"), ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
        ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
        ("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"),
        ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
        ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
        ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
        ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"), ("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"),
        ("パフィーdeルンバ", "de-jg4avhby1noc0d"), ("そのスピードで", "d9juau41awczczp"), ("-> $1.00 <-", "-> $1.00 <--"),
        ("bücher", "bcher-kva"), ("straße", "strae-oqa"),
    ]

    @Test("the document's own samples go both ways", arguments: samples)
    func sample(_ text: String, _ code: String) {
        let scalars = Array(text.unicodeScalars)
        #expect(Punycode.encode(scalars) == code)
        #expect(Punycode.decode(code) == scalars)
    }

    @Test("what is none is told, and nothing overflows", arguments: ["é", "a-é", "99999999", "a_b-!", "99999999999a"])
    func none(_ code: String) { #expect(Punycode.decode(code) == nil) }

    @Test("anything at all is decoded or refused, and leads back where it is decoded")
    func anything() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789-")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in alphabet.randomElement() ?? "a" })
            guard let scalars = Punycode.decode(text), scalars.contains(where: { !$0.isASCII }) else { continue }
            #expect(Punycode.encode(scalars).flatMap { Punycode.decode($0) } == scalars, "\(text)")
        }
    }
}
