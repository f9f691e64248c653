extension RunDescription {
    /// The text of `run.json`, as `--json` prints it too.
    public var json: [UInt8] {
        get throws(ResultError) { try JSONText.encode(self, for: ResultFile.run.rawValue) }
    }

    /// Reads what ``json`` wrote.
    init(json: [UInt8], path: String) throws(ResultError) {
        self = try JSONText.decode(Self.self, json, path: path)
    }
}
