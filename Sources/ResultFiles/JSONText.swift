import Foundation

/// JSON as the files of this module have it: keys in snake case and in order, indented, a newline at the end.
enum JSONText {
    static func encode(_ value: some Encodable, for name: String) throws(ResultError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw ResultError(path: name, operation: .write, detail: "\(error)")
        }
    }

    /// - Throws: `ResultError` that names the key, where the text is not of this type or a number in it can be of no
    ///   result.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8], path: String
    ) throws(ResultError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            if let tree = try? JSONSerialization.jsonObject(with: Data(bytes)), let key = StoredNumbers.firstWrong(tree)
            {
                throw ResultError(path: path, operation: .understand, detail: "\(key) cannot be that")
            }
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as ResultError {
            throw error
        } catch {
            throw ResultError(path: path, operation: .understand, detail: words(error))
        }
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context.codingPath)) is of another kind"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "it is not JSON" : "\(place(context.codingPath)) is not understood"
        @unknown default: return "\(error)"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined().drop { $0 == "." }
            .description
    }
}

/// Whether the numbers in a JSON text can be those of a result, before anything is computed from them.
private enum StoredNumbers {
    /// Drawn from all numbers of 64 bits.
    private static let seeds: Set<String> = ["seed", "resample_seed"]

    /// The path of the first one that cannot be.
    static func firstWrong(_ value: Any, at path: String = "") -> String? {
        switch value {
        case let object as [String: Any]:
            object.keys.sorted().lazy.compactMap { key in
                firstWrong(object[key] ?? NSNull(), at: path.isEmpty ? key : "\(path).\(key)")
            }.first
        case let array as [Any]:
            array.enumerated().lazy.compactMap { firstWrong($0.element, at: "\(path)[\($0.offset)]") }.first
        case let number as NSNumber: isPossible(number.doubleValue, at: path) ? nil : path
        default: nil
        }
    }

    private static func isPossible(_ number: Double, at path: String) -> Bool {
        let key = path.split(separator: ".").last.map(String.init) ?? path
        if seeds.contains(key) { return number >= 0 }
        let isTime = key.hasSuffix("_seconds") || key.hasSuffix("_s") || key.hasSuffix("_second")
        return isTime ? (0...StoredLimits.seconds).contains(number) : abs(number) <= StoredLimits.magnitude
    }
}
