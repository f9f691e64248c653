import Metrics
import Zlib

/// A histogram in HdrHistogram's V2 encoding, compressed: what a `latency.hlog` carries in base64. Values are nanoseconds.
enum EncodedHistogram {
    private static let cookie: UInt32 = 0x1c84_9303 | 0x10
    private static let compressedCookie: UInt32 = 0x1c84_9304 | 0x10
    private static let headLength = 40
    private static let significantDigits: UInt32 = 3
    /// More than any run has: counts are added up.
    private static let mostInBucket: Int64 = 1 << 40
    /// Each count takes at most 9 bytes.
    private static var longest: Int { headLength + LatencyHistogram.indexLimit * 9 }

    /// Cost: some 10 µs for each thousand buckets in use. nil only where there is no memory.
    static func encode(_ histogram: LatencyHistogram) -> [UInt8]? {
        let counts = encode(histogram.countsByIndex)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: cookie)
        bytes.append(bigEndian: UInt32(counts.count))
        bytes.append(bigEndian: UInt32(0))
        bytes.append(bigEndian: significantDigits)
        bytes.append(bigEndian: LatencyHistogram.lowestDiscernible)
        bytes.append(bigEndian: LatencyHistogram.highestTrackable)
        bytes.append(bigEndian: (1.0).bitPattern)
        guard let compressed = Zlib.compress(bytes + counts) else { return nil }
        var whole: [UInt8] = []
        whole.append(bigEndian: compressedCookie)
        whole.append(bigEndian: UInt32(compressed.count))
        return whole + compressed
    }

    /// The counts by index; nil where it is no such histogram, or not one of ours.
    static func decode(_ bytes: [UInt8]) -> [UInt64]? {
        guard bytes.count >= 8, bytes.bigEndian(at: 0, of: UInt32.self) == compressedCookie,
            let plain = Zlib.uncompress(Array(bytes.dropFirst(8)), limit: longest), plain.count >= headLength,
            plain.bigEndian(at: 0, of: UInt32.self) == cookie,
            plain.bigEndian(at: 12, of: UInt32.self) == significantDigits,
            plain.bigEndian(at: 16, of: UInt64.self) == LatencyHistogram.lowestDiscernible
        else { return nil }
        return decodeCounts(plain.dropFirst(headLength))
    }

    /// Each count by ZigZag and LEB128; a run of empty buckets as its length below 0.
    private static func encode(_ counts: [UInt64]) -> [UInt8] {
        var bytes: [UInt8] = []
        var zeros: Int64 = 0
        for count in counts {
            guard count > 0 else {
                zeros += 1
                continue
            }
            if zeros > 0 { bytes.append(zigZag: zeros == 1 ? 0 : -zeros) }
            zeros = 0
            bytes.append(zigZag: Int64(clamping: count))
        }
        return bytes
    }

    private static func decodeCounts(_ bytes: ArraySlice<UInt8>) -> [UInt64]? {
        var rest = bytes
        var counts: [UInt64] = []
        while let value = rest.takeZigZag() {
            guard value < 0 else {
                guard value <= mostInBucket else { return nil }
                counts.append(UInt64(value))
                continue
            }
            guard value > -Int64(LatencyHistogram.indexLimit) else { return nil }
            counts.append(contentsOf: repeatElement(0, count: Int(-value)))
            guard counts.count <= LatencyHistogram.indexLimit else { return nil }
        }
        return rest.isEmpty && counts.count <= LatencyHistogram.indexLimit ? counts : nil
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    fileprivate func bigEndian<Value: FixedWidthInteger>(at offset: Int, of type: Value.Type) -> Value {
        self[offset..<offset + Value.bitWidth / 8].reduce(0) { $0 << 8 | Value($1) }
    }

    /// The ninth byte carries eight bits: no value takes ten.
    fileprivate mutating func append(zigZag value: Int64) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            guard rest >= 0x80 else { break }
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

extension ArraySlice<UInt8> {
    /// nil at the end, and where a value is cut.
    fileprivate mutating func takeZigZag() -> Int64? {
        var value: UInt64 = 0
        for (place, byte) in prefix(9).enumerated() {
            value |= UInt64(place == 8 ? byte : byte & 0x7F) << UInt64(7 * place)
            guard place == 8 || byte & 0x80 == 0 else { continue }
            removeFirst(place + 1)
            return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
        }
        return nil
    }
}
