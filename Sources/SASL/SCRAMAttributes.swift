/// Reads a SCRAM message from left to right: `r=...,s=...,i=...`. The order is fixed by the grammar, so an attribute
/// is asked for by name at its place.
struct SCRAMAttributes {
    private var rest: ArraySlice<UInt8>

    init(_ message: [UInt8]) { rest = message[...] }

    /// Whether the attribute is the next one.
    func isNext(_ name: Unicode.Scalar) -> Bool {
        rest.starts(with: [UInt8(ascii: name), SCRAM.equals])
    }

    /// The value of the attribute, if it is the next one; the position moves behind its comma.
    mutating func take(_ name: Unicode.Scalar) -> [UInt8]? {
        isNext(name) ? Array(takeField().dropFirst(2)) : nil
    }

    /// Everything up to the next comma.
    mutating func takeField() -> ArraySlice<UInt8> {
        let field = rest.prefix { $0 != SCRAM.comma }
        rest = rest.dropFirst(field.count + 1)
        return field
    }

    /// What was not read yet.
    var remainder: [UInt8] { Array(rest) }
}
