extension RunDescription {
    /// The text of `run.json`, as `--json` prints it too.
    public var json: [UInt8] {
        get throws(ResultError) { try JSONText.encode(self, for: ResultFile.run.rawValue) }
    }

    /// Reads what ``json`` wrote.
    init(json: [UInt8], path: String) throws(ResultError) {
        self = try JSONText.decode(Self.self, json, path: path)
        if let problem { throw ResultError(path: path, operation: .understand, detail: problem) }
    }

    /// More of either than a scenario may have.
    private static let mostStages = 1000
    private static let mostVariants = 100

    /// What no run of this version of the tool, or of an older one, can have written.
    private var problem: String? {
        if !(1...Self.currentSchema).contains(schema) { return "schema \(schema) is of another version of muster" }
        if name.wholeMatch(of: /[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}/) == nil { return "name is no scenario's" }
        if variants.isEmpty || variants.count > Self.mostVariants || Set(variants).count < variants.count {
            return "variants are none, too many, or twice the same"
        }
        let names = Set(stages.map(\.name))
        if stages.isEmpty || stages.count > Self.mostStages || names.count < stages.count {
            return "stages are none, too many, or twice the same"
        }
        let isInOrder = saturation.spans.allSatisfy { $0.firstSecond <= $0.lastSecond && names.contains($0.stage) }
        return isInOrder ? nil : "saturation.spans are not of these stages, or end before they begin"
    }
}
