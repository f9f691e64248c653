import CZlib

/// RFC 1950 in one piece: for what fits into memory whole.
public enum Zlib {
    /// Compresses; nil only where there is no memory for it.
    public static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        guard unsafe compress2(&output, &length, bytes, uLong(bytes.count), Z_DEFAULT_COMPRESSION) == Z_OK else {
            return nil
        }
        return Array(output.prefix(Int(length)))
    }

    /// Uncompresses; nil where it is no zlib stream, is cut, or comes to more than `limit` bytes.
    public static func uncompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var length = uLong(limit)
        var output = [UInt8](repeating: 0, count: limit)
        guard unsafe CZlib.uncompress(&output, &length, bytes, uLong(bytes.count)) == Z_OK else { return nil }
        return Array(output.prefix(Int(length)))
    }
}
