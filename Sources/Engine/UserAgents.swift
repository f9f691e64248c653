import LoadPlan

/// The ids by which XEP-0388 has clients told apart: one for each account, the same at all its logins, and another for
/// each further session of an account that is online already, as a second device would have.
struct UserAgents {
    private let seed: UInt64
    private let lane: UInt64
    private var devices: UInt64 = 0

    /// Sets these ids apart from all else that follows from a plan's seed.
    private static let purpose: UInt64 = 0x55A6

    /// nil for a plan whose logins do not say which client they are.
    init?(_ plan: RunPlan, lane: Int) {
        guard case .sasl2 = plan.login.profile else { return nil }
        seed = plan.seed ^ Self.purpose
        self.lane = UInt64(lane)
    }

    func id(of account: Int) -> String { uuid(UInt64(account)) }

    /// An id that no account has, and none before.
    mutating func nextDevice() -> String {
        devices += 1
        return uuid(1 << 63 | lane << 48 | devices)
    }

    /// A UUID of version 4 (RFC 9562) that follows from the seed.
    private func uuid(_ stream: UInt64) -> String {
        var generator = SeededGenerator(seed: seed, stream: stream)
        let (high, low) = (generator.next(), generator.next())
        return [
            Self.hexadecimal(high >> 32, digits: 8), Self.hexadecimal(high >> 16 & 0xFFFF, digits: 4),
            Self.hexadecimal(high & 0x0FFF | 0x4000, digits: 4),
            Self.hexadecimal(low >> 48 & 0x3FFF | 0x8000, digits: 4),
            Self.hexadecimal(low & 0xFFFF_FFFF_FFFF, digits: 12),
        ].joined(separator: "-")
    }

    private static func hexadecimal(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
