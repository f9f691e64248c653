import LibXML2

/// A stanza as a scenario writes it, read by libxml2.
struct StanzaText {
    let root: XMLDocument.Node
    /// Namespaces by prefix.
    let prefixes: [String: String]

    /// What is wrong with a stanza, and at which code point of it.
    struct Problem: Error, Equatable {
        let offset: Int
        let message: String
    }

    init(_ text: String) throws(Problem) {
        if let problem = Self.forbidden(in: text) { throw problem }
        do throws(XMLSyntaxError) {
            let document = try XMLDocument(Array(text.utf8), namespaces: .strict)
            root =
                document.root ?? XMLDocument.Node(localName: "", namespace: "", attributes: [], text: "", children: [])
            prefixes = document.declaredPrefixes
        } catch {
            throw Problem(
                offset: Self.offset(of: error, in: text), message: "not a stanza: \(error.message)")
        }
    }

    /// The stanza's kind or id attribute and the like; nil where it has none.
    func attribute(_ name: String) -> String? {
        root.attributes.first { $0.localName == name && $0.namespace.isEmpty }?.value
    }

    /// Whether it stands in the namespace of an XMPP stream from client to server, which is the default.
    var isOfClient: Bool { root.namespace.isEmpty || root.namespace == Self.client }

    static let client = "jabber:client"

    /// What XML has and XMPP does not (RFC 6120 section 11.1). Where a stanza is not well-formed, libxml2 says more.
    private static func forbidden(in text: String) -> Problem? {
        var rest = text[...]
        while let sign = rest.firstIndex(of: "<") {
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: sign)
            rest = rest[sign...]
            if rest.hasPrefix("<![CDATA[") {
                guard let end = rest.firstRange(of: "]]>") else { return nil }
                rest = rest[end.upperBound...]
                continue
            }
            if let feature = features.first(where: { rest.hasPrefix($0.sign) }) {
                return Problem(offset: offset, message: "\(feature.name): XMPP forbids it (RFC 6120 section 11.1)")
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    private static let features = [
        (sign: "<!--", name: "a comment"), (sign: "<!DOCTYPE", name: "a document type"),
        (sign: "<?", name: "a processing instruction"),
    ]

    /// libxml2 counts lines and columns from 1.
    private static func offset(of error: XMLSyntaxError, in text: String) -> Int {
        let scalars = Array(text.unicodeScalars)
        var start = 0
        for _ in 1..<max(1, error.line) {
            guard let end = scalars[start...].firstIndex(of: "\n") else { break }
            start = end + 1
        }
        return min(start + error.column - 1, max(0, scalars.count - 1))
    }
}
