import Glibc
public import Transport

/// Finds the process of this machine that listens on an address, from /proc.
public enum ListeningProcess {
    /// Why it was not found, in words for the result.
    public struct NotFound: Error, Sendable {
        public let reason: String
    }

    /// The process that listens there: of several that share the socket the one that the others came from.
    ///
    /// Costs a look at every descriptor of the machine; call it once.
    public static func find(_ address: SocketAddress) throws(NotFound) -> Int32 {
        let sockets = listeningSockets(port: address.port)
        guard !sockets.isEmpty else {
            throw NotFound(reason: "nobody on this machine listens on port \(address.port)")
        }
        let owners = processes().filter { ownsOne(of: sockets, $0) }
        guard let first = owners.first(where: { !owners.contains(parent(of: $0)) }) else {
            throw NotFound(
                reason: "who listens on port \(address.port) is not for this user to see: "
                    + "run as the server's user or as root, or name target.process")
        }
        return first
    }

    /// The inodes of the listening sockets of a port, whatever address they are bound to.
    ///
    /// Those that listen come first in the kernel's table; there may be ten thousands of others behind.
    private static func listeningSockets(port: UInt16) -> Set<String> {
        var found: Set<String> = []
        SocketTable.forEachSocket { socket in
            if socket.port == port, socket.state == .listening, let inode = socket.inode {
                found.insert("socket:[\(inode)]")
            }
            return socket.state == .listening
        }
        return found
    }

    private static func processes() -> [Int32] { ProcFile.entries("/proc").compactMap { Int32($0) }.sorted() }

    private static func ownsOne(of sockets: Set<String>, _ pid: Int32) -> Bool {
        let folder = "/proc/\(pid)/fd"
        return ProcFile.entries(folder).contains { sockets.contains(ProcFile.link("\(folder)/\($0)") ?? "") }
    }

    private static func parent(of pid: Int32) -> Int32 { ProcFile.stat(pid).flatMap { Int32($0[1]) } ?? 0 }
}
