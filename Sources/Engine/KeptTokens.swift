import Foundation
import SASL
import Transport
import XMPP

/// The tokens of a lane's accounts, by their number in the plan: the newest of each.
struct KeptTokens {
    private var kept: [Int: Kept] = [:]

    private struct Kept {
        var token: FASTToken
        /// An instant of the monotonic clock.
        let expires: UInt64
    }

    /// The account's token for one more attempt; nil if it has none that is still good.
    mutating func take(of account: Int, at now: UInt64) -> FASTToken? {
        guard let own = kept[account] else { return nil }
        guard now < own.expires else {
            kept[account] = nil
            return nil
        }
        kept[account]?.token.attempt += 1
        return own.token
    }

    /// What the account's token is, good or not.
    func secret(of account: Int) -> Secret? { kept[account]?.token.secret }

    mutating func keep(_ token: FASTToken, of account: Int, at now: UInt64) {
        kept[account] = Kept(token: token, expires: Self.instant(of: token.expiry, at: now))
    }

    mutating func drop(of account: Int) { kept[account] = nil }

    /// When a token expires. One whose expiry cannot be read is good until the server says otherwise.
    private static func instant(of expiry: String, at now: UInt64) -> UInt64 {
        guard let date = date(expiry) else { return .max }
        let rest = date.timeIntervalSinceNow
        return rest > 0 ? now &+ UInt64(min(rest, 1e9) * 1e9) : now
    }

    /// XEP-0082's DateTime, which may have a fraction of a second.
    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
