/// What the client keeps of a managed stream (XEP-0198). Counts are modulo 2^32 (section 4).
struct StreamManagement: Sendable {
    /// What the session is resumed by; nil where the server does not allow it.
    var id: String?
    /// Stanzas of the server since its `<enabled/>`.
    var handled: UInt32 = 0
    /// Our stanzas since `<enable/>`, and those of them that the server has acknowledged.
    private(set) var sent: UInt32 = 0
    private(set) var acknowledged: UInt32 = 0
    /// The latest of those that are not acknowledged, to be sent again when the session is resumed.
    private(set) var unacknowledged: [[UInt8]] = []
    /// In those.
    private var bytes = 0

    /// Of an id, in bytes (XEP-0198).
    static let longestID = 4000
    /// No more stanzas than this are kept, and no more bytes of them: a server that never acknowledges costs no more
    /// memory, also if it makes us answer at length.
    private static let capacity = 64
    private static let mostBytes = 65_536
    /// So many without an acknowledgement are a reason to ask for one.
    private static let patience = 16

    /// Takes note of a stanza that is sent.
    ///
    /// - Returns: whether it is time to ask for an acknowledgement.
    mutating func note(_ stanza: [UInt8]) -> Bool {
        sent &+= 1
        if unacknowledged.count == Self.capacity { forgetFirst() }
        unacknowledged.append(stanza)
        bytes += stanza.count
        while bytes > Self.mostBytes { forgetFirst() }
        return unacknowledged.count == Self.patience
    }

    /// The server says that it has handled so many.
    ///
    /// - Returns: whether that is possible: not fewer than it said before, and not more than were sent.
    mutating func acknowledge(_ count: UInt32) -> Bool {
        guard count &- acknowledged <= sent &- acknowledged else { return false }
        acknowledged = count
        let open = Int(sent &- count)
        while unacknowledged.count > open { forgetFirst() }
        return true
    }

    private mutating func forgetFirst() { bytes -= unacknowledged.removeFirst().count }
}

/// How a session that has lost its connection is taken up again on a new one (XEP-0198 section 5).
public struct StreamResumption: Sendable {
    let id: String
    let management: StreamManagement

    /// nil where the server did not allow it.
    init?(_ management: StreamManagement?) {
        guard let management, let id = management.id else { return nil }
        self.id = id
        self.management = management
    }
}
