import Reports
import Transport

/// What a run needs of descriptors beside its sessions, which need one each.
struct DescriptorBudget {
    /// Standard streams, what Dispatch holds, the result's files, one for /proc, and some to spare.
    private static let base = 20
    private static let ofLane = 2
    private static let ofChild = 6
    /// Foundation starts no child where fewer are allowed.
    private static let leastForChild = 256
    private static let ofLivePage = 24

    let own: Int
    private let least: Int

    init(lanes: Int, embeddedServers: Int = 0, isLive: Bool = false) {
        own =
            Self.base + Self.ofLane * lanes + Self.ofChild * embeddedServers + (isLive ? Self.ofLivePage : 0)
        least = embeddedServers > 0 ? max(own + 1, Self.leastForChild) : own + 1
    }

    /// How many sessions at once a limit leaves room for.
    func sessions(of limit: Int) -> Int { max(0, limit - own) }

    /// Raises the limit as far as the kernel lets us.
    ///
    /// - Returns: the limit now in force.
    /// - Throws: `CommandFailure` where that is too little for a single session: nothing could be said of a server.
    func claim(sessions: Int = 1) throws -> Int {
        let granted = DescriptorLimit.raise(to: max(own + sessions, DescriptorLimit.hard))
        guard granted >= least else { throw CommandFailure(.notReachable, refusal(granted)) }
        return granted
    }

    private func refusal(_ limit: Int) -> String {
        "muster: a descriptor limit of \(limit) is too low: with one session \(Format.count(least)) are needed"
    }
}
