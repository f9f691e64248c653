import Dispatch
import Glibc

/// Waits for signals, or calls back for each.
final class SignalWaiter: @unchecked Sendable {  // immutable after init; the sources are only cancelled
    private let sources: [any DispatchSourceSignal]
    private let semaphore = DispatchSemaphore(value: 0)

    /// Takes the signals over from their default; `each` is called for every one, on a queue of its own.
    init(_ signals: [Int32], each: @escaping @Sendable () -> Void = {}) {
        let queue = DispatchQueue(label: "muster.signals")
        let semaphore = semaphore
        sources = signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                each()
                semaphore.signal()
            }
            source.activate()
            return source
        }
    }

    func wait() { semaphore.wait() }

    func cancel() { for source in sources { source.cancel() } }
}
