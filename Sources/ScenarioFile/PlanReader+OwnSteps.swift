import LibXML2
import LoadPlan

// Steps of the scenario's own: libxml2 reads what is sent and what is expected.

extension PlanReader {
    /// `{name: vcard, send: "<iq .../>", expect: XPath}`
    func ownStep(_ node: Node) -> LoginPlan.OwnStep? {
        guard let fields = fields(node, "a step", keys: Grammar.ownStep) else { return nil }
        for key in ["name", "send"] where fields[key] == nil { diagnostics.miss(key, from: fields.place) }
        let name = fields["name"].flatMap(stepName)
        let step = fields["send"].flatMap { stanza($0, named: name ?? "") }
        guard let expect = fields["expect"] else { return name == nil ? nil : step }
        let expression = expectation(expect, prefixes: step?.prefixes)
        guard name != nil, var step, let expression else { return nil }
        step.expect = expression
        return step
    }

    private func stepName(_ node: Node) -> String? {
        guard let name = value(node, as: .name("a name for the step")) else { return nil }
        guard !Phases.taken.contains(name) else {
            diagnostics.refuse(node.place, "\(name) is a phase already: use another name")
            return nil
        }
        return name
    }

    // MARK: What is sent

    private func stanza(_ node: Node, named name: String) -> LoginPlan.OwnStep? {
        guard let text = value(node, as: .text("a stanza"))?.trimmed(of: [" ", "\n", "\t"]) else { return nil }
        do throws(StanzaText.Problem) {
            return try step(text, StanzaText(text), named: name)
        } catch {
            refuse(error, in: node)
            return nil
        }
    }

    private func step(
        _ text: String, _ stanza: StanzaText, named name: String
    ) throws(StanzaText.Problem) -> LoginPlan.OwnStep {
        guard stanza.isOfClient, let kind = LoginPlan.OwnStep.Kind(rawValue: stanza.root.localName) else {
            throw StanzaText.Problem(
                offset: 0, message: "expected <iq/>, <message/> or <presence/>, found <\(stanza.root.localName)/>")
        }
        let type = stanza.attribute("type")
        if kind == .iq, type != "get", type != "set" {
            throw StanzaText.Problem(offset: 0, message: "an iq asks something: its type is get or set")
        }
        if kind == .iq, stanza.attribute("id") == nil {
            throw StanzaText.Problem(offset: 0, message: "an iq needs an id: id='{id}' is a new one for each login")
        }
        let template = try Self.template(text)
        return LoginPlan.OwnStep(
            name: name, kind: kind, send: template, id: try stanza.attribute("id").map(Self.template),
            prefixes: ["c": StanzaText.client].merging(stanza.prefixes) { $1 })
    }

    private static func template(_ text: String) throws(StanzaText.Problem) -> StanzaTemplate {
        do throws(StanzaTemplate.Unknown) {
            return try StanzaTemplate(text)
        } catch {
            let known = StanzaTemplate.Placeholder.allCases.map { "{\($0.rawValue)}" }
            throw StanzaText.Problem(
                offset: error.offset, message: "unknown placeholder {\(error.name)}: expected \(known.joinedByOr)")
        }
    }

    private func refuse(_ problem: StanzaText.Problem, in node: Node) {
        let skipped = node.scalar?.text.unicodeScalars.prefix { " \n\t".unicodeScalars.contains($0) }.count ?? 0
        diagnostics.refuse(diagnostics.place(ofCharacter: problem.offset + skipped, in: node), problem.message)
    }

    // MARK: What is expected

    /// - Parameter prefixes: of the stanza; nil where it was refused, and cannot say.
    private func expectation(_ node: Node, prefixes: [String: String]?) -> String? {
        guard let text = value(node, as: .text("an XPath")), let prefixes else { return nil }
        do throws(XPathSyntaxError) {
            return try XPath(text, namespaces: prefixes).expression
        } catch {
            diagnostics.refuse(
                diagnostics.place(ofCharacter: error.offset, in: node), "not an XPath: \(error.message)")
            return nil
        }
    }
}
