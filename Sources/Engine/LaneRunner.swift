import LoadPlan
import Metrics
import SASL
import Transport
import XMLStream
import XMPP

/// Runs one lane's share of a run: starts logins when they are due, drives their values, records what happens.
///
/// Confined to its lane's queue; what leaves it is snapshots and the notices of ``LaneRunnerOwner``.
final class LaneRunner: @unchecked Sendable {  // all mutable state is confined to the lane's queue
    let lane: Lane
    let plan: RunPlan
    let target: RunTarget
    /// This lane's number and how many there are: arrivals and accounts are dealt out by it.
    let number: Int
    let laneCount: Int
    let crypto: CryptoPool
    weak var owner: (any LaneRunnerOwner)?

    let sessions = Slab<Session>()
    var actions: [LoginAction] = []
    /// The actions that are being performed, the next one last. Empty in between.
    var performing: [LoginAction] = []
    /// What this batch of events led to, not sent yet.
    var outgoing: [Outgoing] = []
    let scratch = StanzaScratch()
    var accounts: AccountSequence
    let keepsakes: Keepsakes
    var recorder: Recorder
    var feed = StageFeed()
    /// Sessions that died and are to come back.
    var lostSessions = ReadyQueue<Reconnection.Waiting>()
    let detours = Detours()
    /// One for each outage so far, the latest last.
    var storms: [StormShare] = []
    var jitter: SeededGenerator
    var sources: SourceRotation
    let timeouts: PhaseTimeouts
    /// nil unless single logins are noted.
    let trace: LoginTrace.Share?
    /// Whether SASL costs the client a computation.
    let computesSASL: Bool
    let names: AccountNames
    /// nil where logins tell no server which client they are.
    var userAgents: UserAgents?

    var inFlight = 0
    var online = 0
    var closing = 0
    /// What all sessions keep of stanzas that are not complete, and may, in bytes.
    var unfinished = 0
    let unfinishedLimit: Int
    var hasEverConnected = false
    var connectFailures = 0
    var isStopping = false
    /// Something ended that may let a login start.
    var needsStart = false
    var isPerforming = false
    /// How the lane stood when this run began.
    var began = (busy: UInt64(0), traffic: Traffic())

    init(
        lane: Lane, number: Int, of laneCount: Int, plan: RunPlan, target: RunTarget, scopes: ScopeNames,
        sources: SourceRotation, crypto: CryptoPool, keepsakes: Keepsakes, trace: LoginTrace.Share? = nil
    ) {
        self.lane = lane
        self.number = number
        self.laneCount = laneCount
        self.plan = plan
        self.target = target
        self.crypto = crypto
        self.sources = sources
        self.keepsakes = keepsakes
        self.trace = trace
        unfinishedLimit = Self.unfinishedShare(of: plan, lanes: laneCount)
        recorder = Recorder(names: scopes)
        timeouts = PhaseTimeouts(plan.login.timeouts, scopes.phases)
        computesSASL = target.script.mayComputeSASL
        accounts = AccountSequence(
            plan.accounts, seed: plan.seed, lane: number, of: laneCount, after: keepsakes.accountsTaken)
        names = AccountNames(plan.accounts)
        userAgents = UserAgents(plan, lane: number)
        jitter = SeededGenerator(seed: plan.seed, stream: Self.jitterStream + UInt64(number))
    }

    private static let jitterStream: UInt64 = 0x717E

    /// The account's number in the plan: lane i of n has the accounts i, i + n, i + 2n and so on.
    func planIndex(_ allotment: AccountSequence.Allotment) -> Int { allotment.index * laneCount + number }

    /// Logins under way, online or not yet closed on this lane.
    var isIdle: Bool { inFlight == 0 && online == 0 && closing == 0 }
}

/// Bytes for a connection.
struct Outgoing {
    let connection: ConnectionID
    let bytes: [UInt8]
    /// The connection's phase is timed from when they are sent.
    let startsClock: Bool
}

/// Who hears of what a lane cannot decide alone. Called on the lane's queue.
protocol LaneRunnerOwner: AnyObject, Sendable {
    /// This lane's share of the stage is over.
    func laneFinished(stage: Int, lane: Int)
    /// The first connection of this lane stands.
    func laneConnected(lane: Int)
    /// Connecting failed for want of a server, so often by now, and never worked.
    func laneCannotConnect(lane: Int, failures: Int, _ failure: Failure)
}

/// The plan's timeouts by phase, in nanoseconds.
struct PhaseTimeouts: Sendable {
    private let limits: [UInt64]
    /// For the whole login, however many phases it has; a limit for every phase is none for their sum.
    let login: UInt64

    init(_ timeouts: LoginPlan.Timeouts, _ names: PhaseNames) {
        var limits = [UInt64](repeating: timeouts.otherwise.inNanoseconds, count: Phase.limit)
        for phase in names.all { limits[Int(phase.index)] = timeouts.limit(of: names.name(of: phase)).inNanoseconds }
        self.limits = limits
        login = timeouts.byPhase[Phase.login.name]?.inNanoseconds ?? .max
    }

    subscript(_ phase: Phase) -> UInt64 { limits[Int(phase.index)] }

    var longest: UInt64 { limits.max() ?? 0 }
}

/// The loopback addresses to connect from, in turn; empty leaves it to the kernel.
struct SourceRotation: Sendable {
    let addresses: [SocketAddress]
    private var next: Int

    /// Empty where one address is enough, and for targets that are not on IPv4 loopback.
    static func addresses(for plan: RunPlan, target: SocketAddress) -> [SocketAddress] {
        let count = PlanSummary(plan).sourceAddresses
        guard target.isLoopback, target.isIPv4, count > 1 else { return [] }
        return (0..<count).map { SocketAddress.loopback(last: UInt8(2 + $0)) }
    }

    init(addresses: [SocketAddress], startingAt start: Int) {
        self.addresses = addresses
        next = start
    }

    mutating func take() -> SocketAddress? {
        guard !addresses.isEmpty else { return nil }
        defer { next = (next + 1) % addresses.count }
        return addresses[next % addresses.count]
    }
}
