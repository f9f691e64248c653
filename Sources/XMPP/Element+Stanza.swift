public import XMLStream

// What an element of the stream is. Names count with their namespaces, however they are written: with a prefix, or by a
// default that the header or the element itself declares (RFC 6120 section 4.8).

extension Element {
    /// Whether it is a stanza: an iq, a message or a presence of the content namespace (RFC 6120 section 8).
    var isStanza: Bool {
        isInNamespace(Namespace.client) && (hasName("iq") || hasName("message") || hasName("presence"))
    }

    var isIQ: Bool { matches("iq", Namespace.client) }

    /// Whether it is an iq that wants an answer (RFC 6120 section 8.2.3).
    var isRequest: Bool {
        guard isIQ, let type = attribute("type") else { return false }
        return type.equals("get") || type.equals("set")
    }

    /// Whether it is the answer to our iq of this id. Openfire's have no `from` and an odd `to`: those do not matter.
    func isAnswer(to id: StaticString) -> Bool { isIQ && attribute("id")?.equals(id) == true }

    /// Whether it is the stream's features (RFC 6120 section 4.3.2).
    public var isStreamFeatures: Bool { matches("features", Namespace.streams) }

    var isStreamHeader: Bool { matches("stream", Namespace.streams) }
    var isStreamError: Bool { matches("error", Namespace.streams) }

    /// The condition that a failure or an error names: the first child of this namespace that is no `<text/>`; where there
    /// is none, the first of any other, which explains more than nothing.
    func condition(in namespace: StaticString) -> Element? {
        children.first { $0.isInNamespace(namespace) && !$0.hasName("text") } ?? children.first { !$0.hasName("text") }
    }
}
