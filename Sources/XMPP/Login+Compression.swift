import XMLStream

// Stream compression with zlib (XEP-0138).

extension Login {
    mutating func compress(_ features: Element, _ actions: inout [LoginAction]) {
        state = .awaitingCompressed
        let offer = features.firstChild("compression", Namespace.compressionFeature)
        let methods =
            offer?.children.filter { $0.matches("method", Namespace.compressionFeature) }.map(\.text.string) ?? []
        guard methods.contains("zlib") else {
            let others = methods.isEmpty ? "no compression is offered" : "offered: \(methods.joined(separator: ", "))"
            return fail(.protocol, LoginFailure.zlibIsNotOffered, others, &actions)
        }
        actions.append(.send(LoginScript.compress, begins: .compress))
    }

    mutating func compressionAnswered(_ answer: Element, _ actions: inout [LoginAction]) {
        if answer.matches("failure", Namespace.compression) {
            let condition = answer.condition(in: Namespace.compression)?.localName ?? "undefined-condition"
            return fail(.protocol, "compression refused: \(condition)", &actions)
        }
        guard answer.matches("compressed", Namespace.compression) else { return unexpected(answer, &actions) }
        state = .compressing
        actions.append(.endedRound(1))
        actions.append(.startCompression)
    }

    /// The connection compresses from here on, in both directions: the stream starts anew, within the same phase.
    public mutating func compressed(_ actions: inout [LoginAction]) {
        guard state == .compressing else { return }
        reader.restart()
        state = .awaitingHeader(.compress)
        actions.append(.send(script.header, begins: nil))
    }
}

extension LoginFailure {
    /// The condition of a login that wants compression where there is none.
    public static let zlibIsNotOffered = "zlib-not-offered"
}
