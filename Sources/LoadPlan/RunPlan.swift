/// What to run, checked and complete: every default is filled in, every unit is resolved.
///
/// A plan is a value. It knows nothing of files, sockets or clocks; the engine runs it, the same seed makes the same run.
public struct RunPlan: Sendable, Equatable {
    /// `[A-Za-z0-9._-]{1,64}` without a leading dot; it names the result folder.
    public var name: String
    /// Seeds arrival times, account order and jitter. Chosen at random where the scenario has none, and recorded.
    public var seed: UInt64
    /// How open arrivals are spaced where a stage does not say otherwise.
    public var arrivals: ArrivalProcess
    /// The span of one row in the interval files.
    public var interval: Duration
    public var target: Target
    public var accounts: Accounts
    public var login: LoginPlan
    /// The stages, run one after another. Never empty.
    public var stages: [Stage]
    public var session: SessionPlan
    /// Those of the scenario; what it is judged by are its ``rules``.
    public var thresholds: [Threshold]
    /// How many logins of an open stage may be under way on a lane, beyond which those that are due wait; nil, as in every
    /// scenario, for no bound.
    public var mostAtOnce: Int?

    public init(
        name: String, seed: UInt64, arrivals: ArrivalProcess = .even, interval: Duration, target: Target,
        accounts: Accounts = Accounts(), login: LoginPlan = LoginPlan(), stages: [Stage],
        session: SessionPlan = SessionPlan(), thresholds: [Threshold] = []
    ) {
        self.name = name
        self.seed = seed
        self.arrivals = arrivals
        self.interval = interval
        self.target = target
        self.accounts = accounts
        self.login = login
        self.stages = stages
        self.session = session
        self.thresholds = thresholds
    }
}

/// How the arrivals of an open stage are spaced.
public enum ArrivalProcess: String, Sendable, Equatable, CaseIterable {
    /// At equal distances of the current rate.
    case even
    /// With exponentially distributed distances: independent people.
    case poisson
}
