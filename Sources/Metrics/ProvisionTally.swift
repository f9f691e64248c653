/// What became of accounts that were to be made or removed, counted. Bounded as ``FailureTable`` is.
public struct ProvisionTally: Sendable {
    public let wanted: Int
    /// Made, or removed.
    public private(set) var done = 0
    /// Nothing was to be done: there already with the wanted password, or not there.
    public private(set) var unneeded = 0
    /// Their login was refused: there with another password, or perhaps gone.
    public private(set) var refused = 0
    /// The name is taken, with what password nobody could ask.
    public private(set) var unchecked = 0
    public private(set) var failures = FailureTable()
    /// nil while it goes on.
    public var ending: Ending?

    public enum Ending: Sendable, Equatable {
        /// Every account was tried.
        case completed
        /// By a signal.
        case interrupted
        /// It made no sense to go on, and why.
        case gaveUp(String)
        /// There is nobody to talk to.
        case unreachable(Failure)
    }

    public init(wanted: Int) { self.wanted = wanted }

    public var failed: Int { failures.entries.values.reduce(0) { $0 + Int($1.count) } }

    public var untried: Int { max(0, wanted - known - refused - failed) }

    /// That are there, or gone, as was wanted.
    public var known: Int { done + unneeded + unchecked }

    /// Whether that is so of every account.
    public var isComplete: Bool { known >= wanted }

    public mutating func add(done count: Int, unneeded others: Int) {
        done += count
        unneeded += others
    }

    public mutating func add(refused count: Int) { refused += count }

    public mutating func add(unchecked count: Int) { unchecked += count }

    public mutating func add(_ entry: FailureTable.Entry, for key: FailureTable.Key) { failures.add(entry, for: key) }

    public mutating func add(_ failure: Failure) { failures.record(failure, scope: Scope(stage: 0), at: 0) }

    /// Why it makes no sense to go on, if so: a server that asks to wait, or that has done nothing so far, is not asked
    /// thousands of times more.
    public var reasonToGiveUp: String? {
        guard untried > 0 else { return nil }
        if failures.entries.keys.contains(where: { $0.condition == "resource-constraint" }) {
            return "the server asks to wait"
        }
        return known + refused == 0 && failed >= Self.mostInVain ? "none of the first \(failed) succeeded" : nil
    }

    private static let mostInVain = 10
}
