/// What a server keeps of a session whose stream is managed (XEP-0198): enough to go on with it on another connection.
public struct ManagedSession: Sendable, Equatable {
    public let id: String
    public let username: String
    let jid: String
    /// Stanzas of the client since `<enable/>`, and ours since `<enabled/>`.
    var handled: UInt32 = 0
    var sent: UInt32 = 0

    /// One that has just been enabled.
    public init(id: String, username: String, jid: String) {
        self.id = id
        self.username = username
        self.jid = jid
    }
}
