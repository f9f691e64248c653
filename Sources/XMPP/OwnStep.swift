extension LoginScript {
    /// A stanza of the scenario's own, sent once the session is bound.
    public struct OwnStep: Sendable, Equatable {
        public enum Kind: Sendable {
            case iq, message, presence
        }

        /// Of its phase, in the run.
        public let number: Int
        let kind: Kind
        let stanza: StanzaTemplate
        /// The stanza's id, which the reply to an iq repeats.
        let id: StanzaTemplate?
        /// In words, what a reply must be like; whoever drives the login judges it. nil for the result of an iq, and for
        /// nothing at all of the others.
        let expectation: String?

        public init(
            number: Int, kind: Kind, stanza: StanzaTemplate, id: StanzaTemplate?, expectation: String? = nil
        ) {
            self.number = number
            self.kind = kind
            self.stanza = stanza
            self.id = id
            self.expectation = expectation
        }

        /// Whether something is to come before the next step.
        var isAwaited: Bool { kind == .iq || expectation != nil }
    }

    /// A stanza, or a part of one, with places for what differs from login to login.
    public struct StanzaTemplate: Sendable, Equatable {
        public enum Piece: Sendable, Equatable {
            case text(String)
            case id, jid, user, domain, resource, number
        }

        private let pieces: [Piece]

        public init(_ pieces: [Piece]) { self.pieces = pieces }

        /// The stanza's bytes, with what is put in escaped.
        func bytes(_ address: BoundAddress, id: String) -> [UInt8] {
            pieces.reduce(into: []) { bytes, piece in
                if case .text(let text) = piece {
                    bytes += text.utf8
                } else {
                    bytes += escaped(address.value(of: piece, id: id)).utf8
                }
            }
        }

        /// The same as a value, unescaped.
        func text(_ address: BoundAddress, id: String) -> String {
            pieces.map { address.value(of: $0, id: id) }.joined()
        }
    }
}

/// Who a login is once it is bound. Immutable, so that copies of a login may share it.
final class BoundAddress: Sendable {
    /// In bytes (RFC 7622 section 3.1).
    static let longest = 3071

    private let jid: String
    private let user: String
    private let domain: String
    private let number: Int

    /// - Parameter jid: as the server bound it; nil if it did not say.
    init(jid: String?, user: String, domain: String, resource: String?, number: Int) {
        self.jid = jid ?? "\(user)@\(domain)" + (resource.map { "/\($0)" } ?? "")
        self.user = user.isEmpty ? String(self.jid.prefix { $0 != "@" }) : user
        self.domain = domain
        self.number = number
    }

    fileprivate func value(of piece: LoginScript.StanzaTemplate.Piece, id: String) -> String {
        switch piece {
        case .text(let text): text
        case .id: id
        case .jid: jid
        case .user: user
        case .domain: domain
        case .resource: jid.firstIndex(of: "/").map { String(jid[jid.index(after: $0)...]) } ?? ""
        case .number: String(number)
        }
    }
}
