/// What a plan comes to before it is run: counts, rates and what the machine must give.
///
/// A login is assumed to take `assumedLogin`; a burst to be over after that; a crowd that ends by its logins to go
/// round once in that and the stay. Sessions at once are therefore an estimate, and an upper one for a fast server.
public struct PlanSummary: Sendable, Equatable {
    public var stages: [StageSummary]
    /// Sessions at once, at the busiest moment.
    public var greatestConcurrency: Int
    /// Sessions at once on one account at that moment; nil where accounts have no limit.
    public var sessionsPerAccount: Double?
    /// Loopback addresses to connect from, so that there are ports enough: one for each `sessionsPerAddress`.
    public var sourceAddresses: Int
    /// Of the generator's sessions, and of what it keeps for its accounts, in bytes.
    public var memory: Int

    public static let assumedLogin = Duration.seconds(1)
    /// One source address to one destination port gets slow above some 14,000 sessions, closed ones waiting included.
    public static let sessionsPerAddress = 12_000
    static let bytesPerSession = 1 << 10
    static let bytesPerTLSSession = 26 << 10
    /// Of both directions of zlib, its windows included.
    static let bytesPerCompression = 72 << 10
    static let bytesPerCertificate = 7 << 10
    static let bytesPerTicket = 7 << 10

    public init(_ plan: RunPlan) {
        stages = plan.stages.map { StageSummary($0, process: $0.arrivals ?? plan.arrivals) }
        greatestConcurrency = Concurrency(plan).greatest
        let peak = greatestConcurrency
        sessionsPerAccount = plan.accounts.count.map { Double(peak) / Double($0) }
        sourceAddresses = min(64, max(1, (Ports(plan).wanted + Self.sessionsPerAddress - 1) / Self.sessionsPerAddress))
        memory =
            peak * Self.bytesPerSession(of: plan) + (plan.accounts.count ?? 0) * Self.bytesPerAccount(of: plan)
    }

    private static func bytesPerSession(of plan: RunPlan) -> Int {
        (plan.target.tls == .none ? bytesPerSession : bytesPerTLSSession)
            + (plan.login.compression == .none ? 0 : bytesPerCompression)
    }

    /// What lasts from one login of an account to the next.
    private static func bytesPerAccount(of plan: RunPlan) -> Int {
        (plan.accounts.certificate?.isPerAccount == true ? bytesPerCertificate : 0)
            + (plan.target.resumption == .account ? bytesPerTicket : 0)
    }

    /// Logins of all stages; nil where a crowd ends by time, so that the server decides.
    public var logins: LoginCount? {
        stages.reduce(.exact(0)) { sum, stage in
            guard let sum, let logins = stage.logins else { return nil }
            return sum + logins
        }
    }

    /// The stages whose end the plan knows, added up.
    public var duration: Duration { stages.reduce(.zero) { $0 + ($1.duration ?? .zero) } }

    /// Whether `duration` is all of it.
    public var isDurationKnown: Bool { stages.allSatisfy { $0.duration != nil } }

    /// In logins per second, over the open stages.
    public var greatestRate: Double { stages.flatMap(\.rates).map(\.rate).max() ?? 0 }

    /// A session is a socket.
    public var sockets: Int { greatestConcurrency }
}

/// How many logins there will be.
public enum LoginCount: Sendable, Equatable {
    case exact(Int)
    /// The mean of a random count.
    case expected(Double)

    public static func + (left: Self, right: Self) -> Self {
        guard case .exact(let first) = left, case .exact(let second) = right else {
            return .expected(left.mean + right.mean)
        }
        return .exact(first + second)
    }

    public var mean: Double {
        switch self {
        case .exact(let count): Double(count)
        case .expected(let count): count
        }
    }
}

/// What one stage comes to.
public struct StageSummary: Sendable, Equatable {
    public var name: String
    /// Nil where the server decides.
    public var logins: LoginCount?
    /// Nil where the server decides.
    public var duration: Duration?
    /// The corners of the rate, since the stage's start; none for a closed stage.
    public var rates: [RatePoint]
    /// Of a stage without logins, whose `duration` is nil.
    public var pause: Pause?

    /// How long it lasts.
    public enum Pause: Sendable, Equatable {
        /// An outage: so long, and what it takes to stop and to start the server on top.
        case outage(Duration)
        /// A recovery: until this share is back, 0 to 1, at most so long.
        case recovery(share: Double, Duration)
    }

    public struct RatePoint: Sendable, Equatable {
        public var at: Duration
        /// Logins per second.
        public var rate: Double
    }

    init(_ stage: Stage, process: ArrivalProcess) {
        name = stage.name
        duration = stage.duration
        rates = Self.rates(stage.shape)
        pause = Self.pause(stage.shape)
        logins = Self.logins(stage.shape, process)
    }

    private static func rates(_ shape: Stage.Shape) -> [RatePoint] {
        switch shape {
        case .ramp(let from, let to, let duration):
            [RatePoint(at: .zero, rate: from), RatePoint(at: duration, rate: to)]
        case .hold(let rate, let duration):
            [RatePoint(at: .zero, rate: rate), RatePoint(at: duration, rate: rate)]
        case .burst, .crowd, .outage, .recovery: []
        }
    }

    private static func pause(_ shape: Stage.Shape) -> Pause? {
        switch shape {
        case .outage(let outage): .outage(outage.length)
        case .recovery(let share, let limit): .recovery(share: share, limit)
        case .ramp, .hold, .burst, .crowd: nil
        }
    }

    private static func logins(_ shape: Stage.Shape, _ process: ArrivalProcess) -> LoginCount? {
        switch shape {
        case .ramp(let from, let to, let duration): logins((from + to) / 2 * duration.inSeconds, process)
        case .hold(let rate, let duration): logins(rate * duration.inSeconds, process)
        case .burst(let logins), .crowd(_, .logins(let logins)): .exact(logins)
        case .crowd(_, .after): nil
        case .outage, .recovery: .exact(0)
        }
    }

    /// Even arrivals start with the stage, so that a part of one is one.
    private static func logins(_ integral: Double, _ process: ArrivalProcess) -> LoginCount {
        process == .even ? .exact(Int((integral - 1e-6).rounded(.up))) : .expected(integral)
    }
}
