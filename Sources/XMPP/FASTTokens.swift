public import Foundation
import SASL
import Synchronization

/// The tokens that a server has handed out (XEP-0484), by the id of the client's `<user-agent>`.
///
/// A client has at most two: the one that it logs in by, and one that is to replace it and was not used yet.
public final class FASTTokens: Sendable {
    private let lifetime: TimeInterval
    private let now: @Sendable () -> Date
    private let clients = Mutex<[String: [Issued]]>([:])

    /// Beyond so many clients nobody gets a token.
    private static let capacity = 200_000

    struct Issued: Sendable {
        let username: String
        let mechanism: Mechanism
        let secret: Secret
        let expiry: Date
        /// The highest `count` that was presented with it.
        var count = 0
    }

    /// - Parameters:
    ///   - lifetime: of a token, in seconds; one that has less than half of it left is replaced.
    ///   - now: the time, by the clock on the wall.
    public init(lifetime: TimeInterval = 21 * 86_400, now: @escaping @Sendable () -> Date = { Date() }) {
        self.lifetime = lifetime
        self.now = now
    }

    /// A new token beside the one that the client uses; nil if there is no room or no randomness.
    func issue(to client: String, _ username: String, _ mechanism: Mechanism) -> Issued? {
        guard let nonce = try? NonceSource.secure.next() else { return nil }
        let secret = Secret(bytes: Array("secret-token:fast-".utf8) + nonce)
        let token = Issued(
            username: username, mechanism: mechanism, secret: secret, expiry: now().addingTimeInterval(lifetime))
        return clients.withLock { clients in
            guard clients.count < Self.capacity || clients[client] != nil else { return nil }
            clients[client, default: []] = (clients[client]?.first.map { [$0] } ?? []) + [token]
            return token
        }
    }

    /// The client's tokens of this mechanism, the one in use first.
    func tokens(of client: String, _ mechanism: Mechanism) -> [Issued] {
        clients.withLock { $0[client]?.filter { $0.mechanism == mechanism } ?? [] }
    }

    enum Verdict: Equatable {
        case good(isDue: Bool)
        case expired
        /// Its `count` is not above those that were presented before.
        case replayed
    }

    /// Judges a token whose proof was right. A good one takes the place of all that were issued to the client before it.
    func redeem(_ token: Issued, of client: String, count: Int?) -> Verdict {
        let rest = token.expiry.timeIntervalSince(now())
        return clients.withLock { clients in
            guard let place = clients[client]?.firstIndex(where: { $0.secret == token.secret }) else { return .expired }
            guard rest > 0 else {
                clients[client]?.remove(at: place)
                return .expired
            }
            if let count {
                guard count > token.count else { return .replayed }
                clients[client]?[place].count = count
            }
            clients[client]?.removeFirst(place)
            return .good(isDue: rest < lifetime / 2)
        }
    }

    func invalidate(_ token: Issued, of client: String) {
        clients.withLock { $0[client]?.removeAll { $0.secret == token.secret } }
    }
}
