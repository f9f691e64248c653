public import LoadPlan
public import Metrics
import Synchronization

/// Makes or removes the accounts of a plan through Openfire's REST API, at a steady rate, over a few connections.
public final class RESTProvisioner: Sendable {
    private let accounts: Accounts
    /// What any of them logs in by, where each has a password of its own.
    private let passwords: SecretIndex?
    private let change: AccountChange
    private let service: UserService
    private let interval: Duration
    private let client: HTTPClient
    private let state: Mutex<State>

    private struct State {
        var tally: ProvisionTally
        var interrupts = 0
        /// Somebody answered.
        var isReached = false
        var task: Task<Void, Never>?

        var isOver: Bool { interrupts > 0 || tally.reasonToGiveUp != nil }
    }

    private static let connections = 8

    /// - Parameter rate: accounts per second.
    public init(_ accounts: Accounts, _ change: AccountChange, service: UserService, rate: Double) {
        self.accounts = accounts
        passwords =
            if case .list(let list) = accounts.source { SecretIndex(list.lazy.map(\.password.plain)) } else { nil }
        self.change = change
        self.service = service
        interval = .seconds(1 / rate)
        client = HTTPClient(connections: Self.connections, patience: service.patience)
        state = Mutex(State(tally: ProvisionTally(wanted: accounts.count ?? 0)))
    }

    /// Begins. `progress` is called about once a second, `done` once at the end.
    public func start(
        progress: @escaping @Sendable (ProvisionTally) -> Void, done: @escaping @Sendable (ProvisionTally) -> Void
    ) {
        let ticker = Task {
            while (try? await Task.sleep(for: .seconds(1))) != nil { progress(state.withLock { $0.tally }) }
        }
        let task = Task {
            await changeAll()
            ticker.cancel()
            await ticker.value
            client.close()
            done(finalTally())
        }
        state.withLock { $0.task = task }
    }

    /// Begins no more; what is under way may end, or is cut by the second call.
    public func interrupt() {
        let (interrupts, task) = state.withLock { state in
            state.interrupts += 1
            return (state.interrupts, state.task)
        }
        task?.cancel()
        if interrupts > 1 { client.close() }
    }

    private func changeAll() async {
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for (number, account) in accounts.all.enumerated() {
                if number >= Self.connections { await group.next() }
                try? await Task.sleep(until: began + interval * number)
                if state.withLock({ $0.isOver }) { break }
                group.addTask { await self.change(account) }
            }
        }
    }

    private func change(_ account: Accounts.Account) async {
        let outcome: UserService.Outcome
        var isReached = true
        do {
            let answer = try await client.answer(to: service.request(change, account))
            outcome = UserService.outcome(of: change, answer)
        } catch {
            outcome = UserService.outcome(of: error)
            isReached = false
        }
        let door = service.door(for: account, passwords)
        state.withLock { state in
            state.isReached = state.isReached || isReached
            state.tally.add(outcome, through: door)
        }
    }

    private func finalTally() -> ProvisionTally {
        state.withLock { state in
            state.tally.ending = Self.ending(of: state)
            return state.tally
        }
    }

    private static func ending(of state: State) -> ProvisionTally.Ending {
        if state.interrupts > 0 { return .interrupted }
        if !state.isReached, let (key, entry) = state.tally.failures.ordered.first {
            return .unreachable(Failure(phase: key.phase, kind: key.kind, example: entry.example))
        }
        return state.tally.reasonToGiveUp.map { .gaveUp($0) } ?? .completed
    }
}

extension ProvisionTally {
    fileprivate mutating func add(_ outcome: UserService.Outcome, through door: ForeignTextDoor) {
        switch outcome {
        case .done: add(done: 1, unneeded: 0)
        case .unneeded: add(done: 0, unneeded: 1)
        case .taken: add(unchecked: 1)
        case .failed(let failure): add(door.shown(failure))
        }
    }
}
