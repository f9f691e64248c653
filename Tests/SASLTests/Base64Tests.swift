import SASL
import Testing

@Suite("Base64")
struct Base64Tests {
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("RFC 4648 section 10 goes there and back", arguments: vectors)
    func published(_ plain: String, _ encoded: String) {
        #expect(text(Base64.encode(bytes(plain))) == encoded)
        #expect(Base64.decode(bytes(encoded)) == bytes(plain))
    }

    @Test("every byte goes there and back")
    func everyByte() {
        let all = (0...255).map { UInt8($0) }
        for count in 250...256 {
            let prefix = Array(all.prefix(count))
            #expect(Base64.decode(Base64.encode(prefix)) == prefix)
        }
    }

    @Test(
        "what is not strict base64 is refused",
        arguments: [
            "Zg", "Zg=", "Z", "Zg==\n", " Zg==", "Zg= =", "Zm9v Zg==", "Z===", "====", "=", "==", "Zg==Zg==",
            "Zg==Zm9v",
            "Zm9v=", "-_-_", "Zm9\u{e9}", "Zh==", "Zm9=", "Zm=v",
        ])
    func strict(_ text: String) {
        #expect(Base64.decode(bytes(text)) == nil)
    }

    @Test("encoding appends to what is there")
    func appending() {
        var buffer = bytes("<auth>")
        Base64.encode(bytes("fo"), into: &buffer)
        #expect(text(buffer) == "<auth>Zm8=")
    }
}
