/// RFC 3492, with the parameters of IDNA.
enum Punycode {
    private static let base = 36
    private static let least = 1
    private static let most = 26
    private static let firstBias = 72
    private static let firstCode = 128
    /// Longer than a label can be: no sum overflows.
    private static let longest = 256

    /// nil for what is too long to be a label.
    static func encode(_ scalars: some Collection<Unicode.Scalar>) -> String? {
        guard scalars.count <= longest else { return nil }
        var output = scalars.filter(\.isASCII).map { UInt8($0.value) }
        var (code, delta, bias) = (firstCode, 0, firstBias)
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append(hyphen) }
        while handled < scalars.count {
            let next = scalars.lazy.map { Int($0.value) }.filter { $0 >= code }.min() ?? code
            delta += (next - code) * (handled + 1)
            code = next
            for scalar in scalars {
                if scalar.value < code { delta += 1 }
                guard scalar.value == code else { continue }
                append(delta, bias, to: &output)
                bias = adapted(delta, points: handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// nil for what is not Punycode.
    static func decode(_ text: some StringProtocol) -> [Unicode.Scalar]? {
        let bytes = Array(text.utf8)
        guard bytes.count <= longest, bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        let split = bytes.lastIndex(of: hyphen)
        var output = (split.map { bytes[..<$0] } ?? []).map { Unicode.Scalar($0) }
        var rest = bytes[(split.map { $0 + 1 } ?? 0)...]
        var (code, index, bias) = (firstCode, 0, firstBias)
        while !rest.isEmpty {
            guard let step = number(&rest, bias) else { return nil }
            let place = index + step
            let count = output.count + 1
            bias = adapted(step, points: count, isFirst: index == 0)
            code += place / count
            guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else { return nil }
            output.insert(scalar, at: place % count)
            index = place % count + 1
        }
        return output
    }
}

extension Punycode {
    private static let hyphen = UInt8(ascii: "-")

    private static func threshold(_ position: Int, _ bias: Int) -> Int { min(max(position - bias, least), most) }

    /// A generalized variable-length integer (section 3.3).
    private static func append(_ number: Int, _ bias: Int, to output: inout [UInt8]) {
        var (rest, position) = (number, base)
        while case let threshold = threshold(position, bias), rest >= threshold {
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    /// nil where it has no end, or is greater than any that leads to a scalar.
    private static func number(_ rest: inout ArraySlice<UInt8>, _ bias: Int) -> Int? {
        var (number, weight, position) = (0, 1, base)
        while let digit = rest.popFirst().flatMap(value) {
            number += digit * weight
            let threshold = threshold(position, bias)
            if digit < threshold { return number }
            weight *= base - threshold
            position += base
            guard number < 1 << 32, weight < 1 << 32 else { return nil }
        }
        return nil
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 26 ? Int(UInt8(ascii: "a")) + value : Int(UInt8(ascii: "0")) + value - 26)
    }

    private static func value(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit - UInt8(ascii: "a"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0")) + 26
        default: nil
        }
    }

    /// Section 3.4.
    private static func adapted(_ delta: Int, points: Int, isFirst: Bool) -> Int {
        var (delta, steps) = (isFirst ? delta / 700 : delta / 2, 0)
        delta += delta / points
        while delta > (base - least) * most / 2 {
            delta /= base - least
            steps += base
        }
        return steps + (base - least + 1) * delta / (delta + 38)
    }
}
