import Glibc

/// The kernel's tables of TCP sockets (`/proc/PID/net/tcp` and `tcp6`).
public enum SocketTable {
    struct Socket {
        /// Of this side.
        let port: UInt16
        /// nil for those that nobody here asks for.
        let state: State?
        /// Of one that listens.
        let inode: String?
    }

    /// Of <net/tcp_states.h>, as the tables have them.
    enum State: UInt8 {
        case established = 0x01
        /// The other side is gone, and this one has not closed.
        case closeWait = 0x08
        case listening = 0x0A
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
            unsafe ProcFile.forEachLine(table) { line in unsafe Socket(line).map(body) ?? true }
        }
    }
}

extension SocketTable.Socket {
    /// nil for the heading.
    fileprivate init?(_ line: UnsafeRawBufferPointer) {
        let fields = unsafe line.split(separator: UInt8(ascii: " "), maxSplits: 10)
        guard unsafe fields.count > 9, let port = unsafe Self.number(fields[1].suffix(4)),
            let state = unsafe Self.number(fields[3])
        else { return nil }
        self.port = port
        self.state = SocketTable.State(rawValue: UInt8(truncatingIfNeeded: state))
        inode = self.state == .listening ? unsafe String(decoding: fields[9], as: UTF8.self) : nil
    }

    /// Of hexadecimal digits in capitals.
    private static func number(_ digits: some Sequence<UInt8>) -> UInt16? {
        var number: UInt16 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt16(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "A")...UInt8(ascii: "F"): number = number << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return number
    }
}
