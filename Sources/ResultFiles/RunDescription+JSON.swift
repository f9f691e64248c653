import Foundation

extension RunDescription {
    /// The text of `run.json`, as `--json` prints it too.
    public var json: [UInt8] {
        get throws(ResultError) {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            do {
                return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
            } catch {
                throw ResultError(path: ResultFile.run.rawValue, operation: .write, detail: "\(error)")
            }
        }
    }

    /// Reads what ``json`` wrote.
    init(json: [UInt8], path: String) throws(ResultError) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(Self.self, from: Data(json))
        } catch {
            throw ResultError(path: path, operation: .understand, detail: "\(error)")
        }
    }
}
