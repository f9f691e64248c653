import LibXML2
import LoadPlan
import Metrics
import XMPP

/// What the own steps of a plan expect, by their numbers in the run.
struct Expectations: Sendable {
    private let expressions: [Int: XPath]

    /// Replies of up to so many bytes are judged on the lane. It takes 7 µs for an empty vCard, 30 µs for the 2.4 KB of
    /// a disco#info, 170 µs for a roster of 13 KB: what is longer leaves the lane.
    static let longestOnLane = 4096

    /// Traps for an expression that libxml2 does not compile: whoever made the plan has checked it.
    init(_ login: LoginPlan, _ names: PhaseNames) {
        var expressions: [Int: XPath] = [:]
        for case .own(let step) in login.steps {
            guard let expect = step.expect, let number = names.number(ofStep: step.name) else { continue }
            guard let expression = try? XPath(expect, namespaces: step.prefixes) else {
                preconditionFailure("the step \(step.name) expects what is no XPath")
            }
            expressions[number] = expression
        }
        self.expressions = expressions
    }

    func isMet(by reply: Reply) -> Bool {
        guard let expression = expressions[reply.step], let document = try? XMLDocument(reply.bytes) else {
            return false
        }
        return expression.isTrue(of: document)
    }
}

extension LoginScript.OwnStep {
    init(_ step: LoginPlan.OwnStep, _ names: PhaseNames) {
        self.init(
            number: names.number(ofStep: step.name) ?? 0, kind: Kind(step.kind),
            stanza: LoginScript.StanzaTemplate(step.send), id: step.id.map(LoginScript.StanzaTemplate.init),
            expectation: step.expect)
    }
}

extension LoginScript.OwnStep.Kind {
    fileprivate init(_ kind: LoginPlan.OwnStep.Kind) {
        switch kind {
        case .iq: self = .iq
        case .message: self = .message
        case .presence: self = .presence
        }
    }
}

extension LoginScript.StanzaTemplate {
    fileprivate init(_ template: StanzaTemplate) { self.init(template.pieces.map(Piece.init)) }
}

extension LoginScript.StanzaTemplate.Piece {
    fileprivate init(_ piece: StanzaTemplate.Piece) {
        switch piece {
        case .text(let text): self = .text(text)
        case .placeholder(.id): self = .id
        case .placeholder(.jid): self = .jid
        case .placeholder(.user): self = .user
        case .placeholder(.domain): self = .domain
        case .placeholder(.resource): self = .resource
        case .placeholder(.n): self = .number
        }
    }
}
