import SASL

/// What a lane keeps from one login of an account to the next, and in an experiment from one block to the next.
///
/// Confined to the queue of the one lane that uses it.
final class Keepsakes: @unchecked Sendable {
    /// Accounts that have logged in, by their number in the plan.
    var knownGood: Set<Int> = []
    /// Salted passwords, where the plan keeps them (RFC 5802 section 5.1).
    var keys: [KeyDerivation.CacheKey: SaltedPassword] = [:]

    init() {}
}
