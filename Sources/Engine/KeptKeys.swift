import SASL

/// The salted passwords of a lane's accounts, at most one an account.
///
/// A server may make a new salt for each login, as ejabberd does of a password that it stores in the clear: its old keys
/// are good for nothing. So when the place is full all go, and those still wanted are derived once more.
struct KeptKeys {
    private var keys: [KeyDerivation.CacheKey: SaltedPassword] = [:]
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { keys.count }

    subscript(key: KeyDerivation.CacheKey) -> SaltedPassword? { keys[key] }

    mutating func keep(_ key: SaltedPassword, for cacheKey: KeyDerivation.CacheKey) {
        if keys.count >= capacity, keys[cacheKey] == nil { keys.removeAll(keepingCapacity: true) }
        if capacity > 0 { keys[cacheKey] = key }
    }
}
