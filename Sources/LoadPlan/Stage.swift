/// One part of the load; stages run one after another.
public struct Stage: Sendable, Equatable {
    /// The scenario's, or `1-ramp`, `2-hold` and so on.
    public var name: String
    public var shape: Shape
    /// The stage's own; nil where the plan's holds.
    public var arrivals: ArrivalProcess?

    public init(name: String, shape: Shape, arrivals: ArrivalProcess? = nil) {
        self.name = name
        self.shape = shape
        self.arrivals = arrivals
    }

    public enum Shape: Sendable, Equatable {
        /// Open: the rate moves in a straight line, in logins per second.
        case ramp(from: Double, to: Double, duration: Duration)
        /// Open: the rate stays, in logins per second. A rate of 0 holds what is there.
        case hold(rate: Double, duration: Duration)
        /// Closed: all due at the start.
        case burst(logins: Int)
        /// Closed: this many going at any time, until the time or the number of attempts is reached.
        case crowd(sessions: Int, end: CrowdEnd)
        /// No logins: the server goes away and comes back.
        case outage(Outage)
        /// No logins: waits until this share, 0 to 1, of those who lost their session in the outage before are back, at
        /// most so long.
        case recovery(share: Double, limit: Duration)
    }

    public enum CrowdEnd: Sendable, Equatable {
        case after(Duration)
        case logins(Int)
    }

    /// Whether logins come when they are due, whether or not the server keeps up; so do those of a stage without any.
    public var isOpen: Bool {
        switch shape {
        case .ramp, .hold, .outage, .recovery: true
        case .burst, .crowd: false
        }
    }

    /// Whether the load asks the same of the server from begin to end, so that what changes is the server.
    public var isSteady: Bool {
        switch shape {
        case .hold, .crowd: true
        case .ramp, .burst, .outage, .recovery: false
        }
    }

    /// Whether logins begin in it.
    public var hasArrivals: Bool {
        switch shape {
        case .ramp, .hold, .burst, .crowd: true
        case .outage, .recovery: false
        }
    }

    /// How long the stage lasts by plan; nil where its end depends on the server.
    public var duration: Duration? {
        switch shape {
        case .ramp(_, _, let duration), .hold(_, let duration), .crowd(_, .after(let duration)): duration
        case .burst, .crowd(_, .logins), .outage, .recovery: nil
        }
    }
}

extension Stage {
    /// The logins a second that are due by plan this many seconds after the stage's start; nil in closed stages.
    public func rate(after seconds: Double) -> Double? {
        switch shape {
        case .ramp(let from, let to, let duration):
            from + (to - from) * min(1, duration.inSeconds > 0 ? seconds / duration.inSeconds : 1)
        case .hold(let rate, _): rate
        case .burst, .crowd, .outage, .recovery: nil
        }
    }
}
