/// A server that goes away and comes back, and everybody with it.
public struct Outage: Sendable, Equatable {
    /// From the moment that it is down until it is told to come back.
    public var length: Duration
    /// How it is taken down and brought back; nil where it is the embedded one, which does so itself.
    public var commands: Commands?

    public init(length: Duration, commands: Commands? = nil) {
        self.length = length
        self.commands = commands
    }

    /// Each is a program with its arguments. No shell reads them.
    public struct Commands: Sendable, Equatable {
        /// Never empty.
        public var stop: [String]
        /// Never empty.
        public var start: [String]
        /// How long each of them may take.
        public var timeout: Duration

        public static let usualTimeout = Duration.seconds(60)

        public init(stop: [String], start: [String], timeout: Duration = Self.usualTimeout) {
            self.stop = stop
            self.start = start
            self.timeout = timeout
        }
    }
}
