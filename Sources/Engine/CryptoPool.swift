import Dispatch
import SASL
import Transport

/// Where long computations run, so that nobody else's phase waits for them: as many serial queues as there are
/// processors, on threads that give way to the lanes and to a server on this machine.
final class CryptoPool: Sendable {
    private let queues: [DispatchQueue]

    init(width: Int) {
        queues = (0..<max(1, width)).map { DispatchQueue(label: "muster.crypto.\($0)", qos: .utility) }
    }

    /// Derives the key on the queue that this number falls to, and calls back there with the key and the processor
    /// time in nanoseconds that it took.
    func derive(
        _ derivation: KeyDerivation, number: Int,
        then done: @escaping @Sendable (Result<SaltedPassword, SASLError>, UInt64) -> Void
    ) {
        run(number: number) {
            let began = MonotonicClock.threadCPU
            let key = Result { () throws(SASLError) in try derivation.run() }
            done(key, MonotonicClock.threadCPU - began)
        }
    }

    /// Runs something long on the queue that this number falls to.
    func run(number: Int, _ work: @escaping @Sendable () -> Void) {
        queues[number % queues.count].async {
            Courtesy.giveWay()
            work()
        }
    }
}
