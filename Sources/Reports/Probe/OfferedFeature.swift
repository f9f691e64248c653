/// One child of a server's `<stream:features/>`, as a probe saw it.
public struct OfferedFeature: Sendable, Equatable {
    public var name: String
    public var namespace: String
    /// What stands in it: mechanisms, methods, kinds of channel binding.
    public var values: [String]
    public var isRequired: Bool
    /// What may be done along with it (XEP-0388).
    public var inline: [OfferedFeature]

    public init(
        name: String, namespace: String, values: [String] = [], isRequired: Bool = false, inline: [OfferedFeature] = []
    ) {
        self.name = name
        self.namespace = namespace
        self.values = values
        self.isRequired = isRequired
        self.inline = inline
    }

    /// A line for each thing that is offered, with what it means.
    ///
    /// - Parameter spoken: the mechanisms by which this program can log in.
    public func lines(spoken: Set<String>) -> [String] { headline + explainedValues(spoken) + inlineLines(spoken) }

    /// Mechanisms speak for themselves.
    private var headline: [String] {
        if namespace == Self.sasl { return [] }
        let required = isRequired ? ", required" : ""
        let listed = values.isEmpty || isExplained ? "" : " (\(values.joined(separator: ", ")))"
        guard let entry = ServerGuide.feature(namespace) else {
            return ["offers \(name)\(required)\(listed): not known here (\(namespace))"]
        }
        return ["offers \(name)\(required)\(listed): \(entry.meaning) (\(entry.document))"]
    }

    private static let sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
    private static let withMechanisms: Set<String> = [sasl, "urn:xmpp:sasl:2", "urn:xmpp:fast:0"]

    /// Whether each value has a line of its own.
    private var isExplained: Bool { Self.withMechanisms.contains(namespace) || namespace == "urn:xmpp:sasl-cb:0" }

    private func explainedValues(_ spoken: Set<String>) -> [String] {
        guard isExplained else { return [] }
        let start = namespace == Self.sasl ? "offers " : "  "
        return values.map { value in
            guard Self.withMechanisms.contains(namespace) else {
                return start + Self.explained(value, ServerGuide.channelBinding(value))
            }
            let suffix = spoken.contains(value) ? "" : ", not spoken here"
            return start + Self.explained(value, ServerGuide.mechanism(value)) + suffix
        }
    }

    private func inlineLines(_ spoken: Set<String>) -> [String] {
        inline.flatMap { $0.lines(spoken: spoken) }.map { "  along with it " + $0 }
    }

    /// `DIGEST-MD5, which is historic: RFC 6331`
    private static func explained(_ name: String, _ entry: ServerGuide.Entry?) -> String {
        guard let entry else { return "\(name): not known here" }
        let isRelative = entry.meaning.hasPrefix("which ")
        return isRelative
            ? "\(name), \(entry.meaning): \(entry.document)" : "\(name): \(entry.meaning) (\(entry.document))"
    }
}
