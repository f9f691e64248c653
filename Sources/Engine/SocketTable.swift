import Glibc

/// The kernel's tables of TCP sockets (`/proc/PID/net/tcp` and `tcp6`).
public enum SocketTable {
    struct Socket {
        /// Of this side.
        let port: UInt16
        /// nil for those that nobody here asks for.
        let state: State?
        private let line: String

        /// Looked for only where it is asked for: a table may be long.
        var inode: Substring? {
            let fields = line.split(separator: " ", maxSplits: 10)
            return fields.count > 9 ? fields[9] : nil
        }
    }

    /// Of <net/tcp_states.h>, as the tables have them.
    enum State: Substring {
        case established = "01"
        /// The other side is gone, and this one has not closed.
        case closeWait = "08"
        case listening = "0A"
    }

    /// How many connections the server at this port has open, those included whose client is gone already.
    ///
    /// nil where nobody listens on the port in the network of the process: in a container it may be another one. Costs
    /// a look at every socket of that network.
    public static func openConnections(of pid: Int32, port: UInt16) -> Int? {
        var isServed = false
        var count = 0
        forEachSocket(of: "\(pid)") { socket in
            guard socket.port == port else { return true }
            switch socket.state {
            case .listening: isServed = true
            case .established, .closeWait: count += 1
            case nil: break
            }
            return true
        }
        return isServed ? count : nil
    }

    /// Goes through each table until the body has enough of it and returns false. Sockets that listen come first.
    static func forEachSocket(of process: String = "self", _ body: (Socket) -> Bool) {
        for table in ["/proc/\(process)/net/tcp", "/proc/\(process)/net/tcp6"] {
            ProcFile.forEachLine(table) { line in Socket(line).map(body) ?? true }
        }
    }
}

extension SocketTable.Socket {
    /// nil for the heading.
    fileprivate init?(_ line: String) {
        let fields = line.split(separator: " ", maxSplits: 4)
        guard fields.count > 4, let port = UInt16(fields[1].suffix(4), radix: 16) else { return nil }
        self.init(port: port, state: SocketTable.State(rawValue: fields[3]), line: line)
    }
}
