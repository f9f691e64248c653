public import Dispatch
public import Transport

/// The event loops that share the load of a run, or of one run after another: what a loop keeps, such as its TLS
/// contexts and the certificates it has verified, is made once.
///
/// One run at a time. Whoever made the group stops it.
public final class LaneGroup: Sendable {
    let lanes: [Lane]
    let crypto: CryptoPool

    /// - Parameters:
    ///   - count: how many loops.
    ///   - cryptoWidth: how many long computations run at once beside them.
    /// - Throws: `TransportFailure.local` if there are no descriptors for the lanes.
    public init(count: Int, cryptoWidth: Int) throws(TransportFailure) {
        var lanes: [Lane] = []
        for number in 0..<count { lanes.append(try Lane(label: "muster.lane.\(number)")) }
        self.lanes = lanes
        crypto = CryptoPool(width: cryptoWidth)
    }

    /// Closes what is left of a run's connections, without a word; `done` is called on the queue.
    func clear(then queue: DispatchQueue, _ done: @escaping @Sendable () -> Void) {
        forEach(then: queue, done) { lane, leave in
            lane.queue.async {
                lane.rest()
                leave()
            }
        }
    }

    /// Closes everything; `done` is called on the queue.
    public func stop(then queue: DispatchQueue, _ done: @escaping @Sendable () -> Void) {
        forEach(then: queue, done) { lane, leave in lane.stop(leave) }
    }

    private func forEach(
        then queue: DispatchQueue, _ done: @escaping @Sendable () -> Void,
        _ body: (Lane, @escaping @Sendable () -> Void) -> Void
    ) {
        let group = DispatchGroup()
        for lane in lanes {
            group.enter()
            body(lane) { group.leave() }
        }
        group.notify(queue: queue, execute: done)
    }
}
