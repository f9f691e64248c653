import Dispatch
import Transport

/// The way of a login that was sent to another host. One is all that it takes.
final class Detour {
    let host: OtherHost
    /// Those that are left to be tried.
    var addresses: ArraySlice<SocketAddress>
    /// The one that is tried now.
    private var current: SocketAddress?

    init(_ host: OtherHost, _ addresses: [SocketAddress] = []) {
        self.host = host
        self.addresses = addresses[...]
    }

    /// The next one to try; nil after the last.
    func next() -> SocketAddress? {
        current = addresses.popFirst()
        return current
    }

    /// Takes note that nobody answered at the one that was tried.
    func noteSilence(in detours: Detours) { if let current { detours.demote(current, of: host) } }
}

/// The other hosts that logins of a lane are sent to. Confined to the lane's queue; names are resolved on a queue of its
/// own, each once a run.
final class Detours {
    enum Place {
        /// Its name is being resolved; these wait for it.
        case sought([Session])
        case found([SocketAddress])
        /// Why its name leads nowhere.
        case lost(String)
    }

    var places: [OtherHost: Place] = [:]
    let resolving = DispatchQueue(label: "muster.detours")

    /// A server that names ever new hosts takes no more memory than this many.
    private static let most = 64

    /// Forgets what was found where it is too much.
    func makeRoom() {
        guard places.count >= Self.most else { return }
        places = places.filter { if case .sought = $0.value { true } else { false } }
    }

    /// Those that wait for a name, which is not waited for any more.
    func takeWaiting(for host: OtherHost, leaving place: Place?) -> [Session] {
        guard case .sought(let sessions)? = places[host] else { return [] }
        places[host] = place
        return sessions
    }

    /// An address that did not answer is tried last from now on.
    func demote(_ address: SocketAddress, of host: OtherHost) {
        guard case .found(let addresses)? = places[host], addresses.first == address else { return }
        places[host] = .found(addresses.dropFirst() + [address])
    }
}
