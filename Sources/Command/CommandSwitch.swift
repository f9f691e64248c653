import Dispatch
import Engine
import LoadPlan
import Metrics
import Synchronization

/// Takes a server down and brings it back by the commands of the scenario's owner.
///
/// Its state is confined to its queue, on which the commands run one after another.
final class CommandSwitch: ServerSwitch, @unchecked Sendable {
    private let door: ForeignTextDoor
    private let say: @Sendable (String) -> Void
    private let find: @Sendable () -> Int32?
    private let queue = DispatchQueue(label: "muster.outage")
    /// Of the server that may be down.
    private var down: Outage.Commands?
    /// Why the latest start did not bring it back.
    private var failure: ServerSwitchFailure?
    private let interrupts = Atomic(0)

    /// - Parameters:
    ///   - door: what the commands say comes through it.
    ///   - find: finds the server's process.
    ///   - say: is told which command ended well, and what it printed last.
    init(
        _ door: ForeignTextDoor, find: @escaping @Sendable () -> Int32?, say: @escaping @Sendable (String) -> Void
    ) {
        self.door = door
        self.find = find
        self.say = say
    }

    func process() -> Int32? { find() }

    func stop(for outage: Outage, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void) {
        queue.async { [self] in
            down = outage.commands
            done(outage.commands.flatMap { run($0.stop, $0.timeout, mayOutlive: false) })
        }
    }

    func start(after _: Outage, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void) {
        queue.async { [self] in done(bringBack()) }
    }

    /// Brings it back if it was taken down and not brought back: a run may end in the middle. Blocks as long as the
    /// commands may take, or until the second interrupt.
    ///
    /// - Returns: Why it may be down still, if so; an earlier start may have failed when nobody listened any more.
    func restore() -> ServerSwitchFailure? { queue.sync { bringBack() ?? failure } }

    /// At the second call nobody waits any more: a stop is cut, a start is begun and left alone.
    func interrupt() { interrupts.add(1, ordering: .relaxed) }

    private func bringBack() -> ServerSwitchFailure? {
        guard let commands = down else { return nil }
        down = nil
        failure = run(commands.start, commands.timeout, mayOutlive: true)
        return failure
    }

    private func run(_ words: [String], _ timeout: Duration, mayOutlive: Bool) -> ServerSwitchFailure? {
        do throws(ServerSwitchFailure) {
            let command = ServerCommand(words: words, timeout: timeout, mayOutlive: mayOutlive, door: door)
            let said = try command.run { interrupts.load(ordering: .relaxed) > 1 }
            say("\(words.joined(separator: " ")): done\(said.isEmpty ? "" : ": \(said)")")
            return nil
        } catch { return error }
    }
}
