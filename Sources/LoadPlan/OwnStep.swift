extension LoginPlan {
    /// A stanza of the scenario's own that a login sends once it is bound: a phase with a histogram like the others.
    public struct OwnStep: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            /// Of type get or set.
            case iq
            case message, presence
        }

        /// Of the phase; no other step or phase has it.
        public var name: String
        public var kind: Kind
        /// One well-formed element, without what XMPP forbids (RFC 6120 section 11.1).
        public var send: StanzaTemplate
        /// The stanza's own id, as it is once references are resolved; nil where it has none, which no iq does.
        public var id: StanzaTemplate?
        /// An XPath that libxml2 compiles; nil for what RFC 6120 has come anyway: the result of an iq, else nothing.
        public var expect: String?
        /// The namespaces of the prefixes in ``expect``.
        public var prefixes: [String: String]

        /// What a plan, or an experiment, may have of them.
        public static let most = 16

        public init(
            name: String, kind: Kind, send: StanzaTemplate, id: StanzaTemplate?, expect: String? = nil,
            prefixes: [String: String] = [:]
        ) {
            self.name = name
            self.kind = kind
            self.send = send
            self.id = id
            self.expect = expect
            self.prefixes = prefixes
        }
    }
}

extension RunPlan {
    /// The names of the steps that the scenario itself defines, in their order.
    public var ownSteps: [String] {
        login.steps.compactMap { if case .own(let step) = $0 { step.name } else { nil } }
    }
}

extension ExperimentPlan {
    /// The names of all variants' own steps, each once.
    public var ownSteps: [String] {
        variants.flatMap(\.plan.ownSteps).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
