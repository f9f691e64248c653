/// One metric of OpenMetrics with its samples.
struct MetricFamily {
    enum Kind: String {
        case counter, gauge, histogram, info
    }

    private let name: String
    private let kind: Kind
    private let help: String
    private let unit: String?
    private var samples: [String] = []

    /// Without a sample yet.
    ///
    /// - Parameter unit: the name's ending, where it has one.
    init(_ name: String, _ kind: Kind, _ help: String, unit: String? = nil) {
        self.name = name
        self.kind = kind
        self.help = help
        self.unit = unit
    }

    /// With one sample, or none where the figure is not known.
    init(_ name: String, _ kind: Kind, _ help: String, unit: String? = nil, _ value: Double?) {
        self.init(name, kind, help, unit: unit)
        if let value { add([], value) }
    }

    /// What an info says.
    init(_ name: String, _ kind: Kind, _ help: String, labels: [(String, String)]) {
        self.init(name, kind, help)
        add(labels, 1)
    }

    mutating func add(_ labels: [(name: String, value: String)], _ value: Double, suffix: String? = nil) {
        let list = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        samples.append("\(name)\(suffix ?? usualSuffix)\(list.isEmpty ? "" : "{\(list)}") \(Self.number(value))\n")
    }

    /// Its lines; nil without a sample.
    var text: String? {
        guard !samples.isEmpty else { return nil }
        let unit = unit.map { "# UNIT \(name) \($0)\n" } ?? ""
        return "# TYPE \(name) \(kind.rawValue)\n\(unit)# HELP \(name) \(Self.escaped(help))\n" + samples.joined()
    }

    private var usualSuffix: String {
        switch kind {
        case .counter: "_total"
        case .info: "_info"
        case .gauge, .histogram: ""
        }
    }

    /// A whole number without a point.
    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
