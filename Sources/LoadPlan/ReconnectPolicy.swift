/// How a session that died after its login comes back.
public struct ReconnectPolicy: Sendable, Equatable {
    public var schedule: Schedule
    public var way: Way

    public init(_ schedule: Schedule, by way: Way = .login) {
        self.schedule = schedule
        self.way = way
    }

    /// When it tries.
    public enum Schedule: Sendable, Equatable {
        /// So long after the session's death, then so long after each attempt that failed.
        case fixed(after: Duration, every: Duration)
        /// So long at first, and twice as long after each attempt that failed, up to a maximum.
        case exponential(after: Duration, max: Duration, jitter: Jitter)

        /// At once, and every second while that fails.
        public static let now = Self.fixed(after: .zero, every: .seconds(1))
        /// As the XMPPReconnect of that library does it.
        public static let xmppFramework = Self.fixed(after: .seconds(2), every: .seconds(20))
    }

    public enum Jitter: String, Sendable, Equatable, CaseIterable {
        /// Everybody who died at the same time tries at the same time.
        case none
        /// Evenly spread from zero to the whole delay.
        case full
    }

    /// What it tries.
    public enum Way: String, Sendable, Equatable, CaseIterable {
        /// A new session.
        case login
        /// The old session (XEP-0198), and a new one where the server has it no more.
        case resume
    }

    /// How long to wait before an attempt, from the session's death or from the end of the attempt before.
    ///
    /// - Parameter attempt: from 1, counted anew each time that the session dies.
    public func delay(attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        switch schedule {
        case .fixed(let after, let every): return attempt == 1 ? after : every
        case .exponential(let after, let longest, let jitter):
            let delay = Self.doubled(after, times: attempt - 1, atMost: longest)
            guard jitter == .full else { return delay }
            return .nanoseconds(Int64.random(in: 0...Int64(delay.inNanoseconds), using: &generator))
        }
    }

    private static func doubled(_ delay: Duration, times: Int, atMost longest: Duration) -> Duration {
        var delay = delay
        for _ in 0..<times where delay < longest { delay *= 2 }
        return min(delay, longest)
    }
}
