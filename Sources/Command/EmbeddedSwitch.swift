import Dispatch
import Engine
import LoadPlan

/// What the parent of an embedded server writes to its standard input, a line each; the answer is a line, empty where
/// it was done.
enum EmbeddedOrder: String {
    case goDown = "go down"
    case comeBack = "come back"
}

/// Has the embedded server refuse everybody for a while. It ends with the run, so that nothing is to be brought back.
final class EmbeddedSwitch: ServerSwitch, @unchecked Sendable {  // the child is talked to on `queue` during the run
    private let child: EmbeddedChild
    private let queue = DispatchQueue(label: "muster.outage")

    init(_ child: EmbeddedChild) { self.child = child }

    func stop(for _: Outage, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void) { order(.goDown, done) }

    func start(after _: Outage, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void) { order(.comeBack, done) }

    func process() -> Int32? { child.pid }

    private func order(_ order: EmbeddedOrder, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void) {
        queue.async { [self] in
            let problem = child.order(order)
            done(problem.map { ServerSwitchFailure("the embedded server was told to \(order.rawValue): \($0)") })
        }
    }
}
