import Foundation

/// A server that registers accounts (XEP-0077), one after another however many ask, and each takes its time.
public final class SlowRegistrar: Sendable {
    public var port: UInt16 { listener.port }
    /// How many waited for their account at a time, at most.
    public var mostAtOnce: Int { state.mostAtOnce }
    private let listener: LoopbackListener
    private let state = State()

    /// A queue guards it: the thread sanitizer does not know `Mutex`.
    private final class State: @unchecked Sendable {
        private let queue = DispatchQueue(label: "slow-registrar")
        private let turns = NSLock()
        private var waiting = 0
        private var most = 0

        var mostAtOnce: Int { queue.sync { most } }

        func come() {
            queue.sync {
                waiting += 1
                most = max(most, waiting)
            }
        }

        func go() { queue.sync { waiting -= 1 } }

        func takeTurn(_ seconds: Double) { turns.withLock { Thread.sleep(forTimeInterval: seconds) } }
    }

    /// - Parameter perAccount: in seconds.
    public init(perAccount: Double) throws {
        listener = try LoopbackListener { [state] client in
            guard Self.expect("<stream:stream", client), LoopbackListener.say(Self.features, client),
                Self.expect("g1", client), LoopbackListener.say(Self.form, client), Self.expect("g2", client)
            else { return }
            state.come()
            state.takeTurn(perAccount)
            state.go()
            guard LoopbackListener.say("<iq type='result' id='g2'/>", client) else { return }
            _ = Self.expect("</stream:stream>", client)
        }
    }

    private static let features = """
        <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>\
        <stream:features><register xmlns='http://jabber.org/features/iq-register'/></stream:features>
        """
    private static let form =
        "<iq type='result' id='g1'><query xmlns='jabber:iq:register'><username/><password/></query></iq>"

    private static func expect(_ text: String, _ client: Int32) -> Bool {
        var heard = ""
        while let more = LoopbackListener.hear(client) {
            heard += more
            if heard.contains(text) { return true }
        }
        return false
    }
}
