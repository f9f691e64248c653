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

    static func decode<Value: Decodable>(
        _ type: Value.Type, _ bytes: [UInt8], path: String
    ) throws(ResultError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch {
            throw ResultError(path: path, operation: .understand, detail: "\(error)")
        }
    }
}
