import Domains
import Testing

@Suite("A domain is prepared")
struct DomainTests {
    @Test(
        "the same domain is the same however it is written",
        arguments: [
            ("LOCALHOST", "localhost", "localhost"), ("Server01.Corp.Example.", "server01.corp.example", nil),
            ("BÜCHER.example", "bücher.example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "bücher.example", "xn--bcher-kva.example"),
            ("例え。テスト", "例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("ｅｘａｍｐｌｅ．ｏｒｇ", "example.org", "example.org"),
            ("straße.example", "straße.example", "xn--strae-oqa.example"),
            ("παράδειγμα.δοκιμή", "παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
            ("חדש.example", "חדש.example", "xn--7dbh9c.example"), ("my_host-1.example", "my_host-1.example", nil),
        ] as [(String, String, String?)])
    func same(_ written: String, _ text: String, _ ascii: String?) throws {
        let domain = try Domain(written)
        #expect(domain.text == text && domain.ascii == ascii ?? text && !domain.isAddress)
        for form in [domain.ascii, domain.text] { #expect(try Domain(form) == domain) }
    }

    @Test(
        "an address is one in every form",
        arguments: [
            ("127.0.0.1", "127.0.0.1", "127.0.0.1"), ("::1", "[::1]", "::1"), ("[::1]", "[::1]", "::1"),
            ("[2001:DB8:0:0::1]", "[2001:db8::1]", "2001:db8::1"),
        ])
    func address(_ written: String, _ text: String, _ ascii: String) throws {
        let domain = try Domain(written)
        #expect(domain.text == text && domain.ascii == ascii && domain.isAddress)
    }

    @Test(
        "what can be no domain is refused with the reason",
        arguments: [
            ("", "a label is empty"), (".", "a label is empty"), ("a..b", "a label is empty"),
            (".example.org", "a label is empty"), ("example.org..", "a label is empty"),
            ("a b", "a domain has no U+0020 in it"), ("u1@example.org", "a domain has no \"@\" in it"),
            ("example.org/home", "a domain has no \"/\" in it"), ("example.org\n", "a domain has no U+000A in it"),
            ("example.org:5222", "a domain has no \":\" in it"), ("[127.0.0.1]", "a domain has no \"[\" in it"),
            ("a\u{202E}b.example", "a domain has no U+202E in it"), ("a\u{200B}b", "a domain has no U+200B in it"),
            ("snow☃man.example", "a domain has no U+2603 in it"), ("xn--a", "a domain has no U+0080 in it"),
            ("xn--example-", "xn--example- is not a name in Punycode"),
            ("\u{301}a.example", "a label begins with a combining mark"),
        ])
    func refused(_ written: String, _ reason: String) {
        #expect(throws: DomainError.self) { try Domain(written) }
        do { _ = try Domain(written) } catch { #expect(error.reason == reason) }
    }

    @Test("nothing is longer than DNS can say")
    func lengths() throws {
        let label = String(repeating: "a", count: 63)
        #expect(try Domain(label).ascii == label)
        #expect(throws: DomainError.self) { try Domain(label + "a") }
        #expect(throws: DomainError.self) { try Domain([label, label, label, label].joined(separator: ".")) }
        #expect(throws: DomainError.self) { try Domain(String(repeating: "ü", count: 64)) }
    }
}
