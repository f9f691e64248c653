/// An element, an attribute or a run of text, as ranges over the stanza's bytes. Children follow their element.
struct Token {
    enum Kind: UInt8 { case element, attribute, text, cdata }

    var kind: Kind
    /// Entities or white space stand in the value that decoding changes.
    var needsDecoding = false
    /// An attribute `xmlns` or `xmlns:prefix`.
    var isDeclaration = false
    /// Of the name, without the colon; 0 for none.
    var prefixLength: UInt16 = 0
    /// Of the whole name, with prefix and colon.
    var nameLength: UInt16 = 0
    /// How many attribute tokens follow an element.
    var attributes: UInt16 = 0
    /// The element that holds this token; `none` for the stanza itself.
    var parent: UInt32
    /// Where the name or the text begins.
    var start: UInt32
    /// The value of an attribute; of an element and a text `valueEnd` is where it ends.
    var valueStart: UInt32 = 0
    var valueEnd: UInt32 = 0
    /// The first token after an element and all in it.
    var next: UInt32 = 0
    /// What the prefix of an element, or of an attribute that has one, stands for.
    var binding = NamespaceBinding.builtIn

    static let none = UInt32.max

    var nameRange: Range<Int> { Int(start)..<Int(start) + Int(nameLength) }
    var prefixRange: Range<Int> { Int(start)..<Int(start) + Int(prefixLength) }
    var localRange: Range<Int> {
        Int(start) + (prefixLength > 0 ? Int(prefixLength) + 1 : 0)..<Int(start) + Int(nameLength)
    }
    var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    var textRange: Range<Int> { Int(start)..<Int(valueEnd) }
}
