public import LoadPlan

/// Takes the server of a run down and brings it back.
public protocol ServerSwitch: AnyObject, Sendable {
    /// Takes it down. `done` is called once it is, on any queue, with what went wrong if something did.
    func stop(for outage: Outage, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void)
    /// Tells it to come back. `done` is called once that was done, on any queue: it may need some time more to serve.
    func start(after outage: Outage, _ done: @escaping @Sendable (ServerSwitchFailure?) -> Void)
    /// The server's process as it is now: one that was restarted is another. nil where none is found. Takes some
    /// milliseconds.
    func process() -> Int32?
}

/// Why a server could not be taken down or brought back.
public struct ServerSwitchFailure: Error, Equatable {
    public var reason: String

    public init(_ reason: String) { self.reason = reason }
}
