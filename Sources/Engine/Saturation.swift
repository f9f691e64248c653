import Metrics

/// When a second counts as one in which the generator, not the server, was the bottleneck.
///
/// Judged from what the generator did to its own arrivals and from how busy its loops were; a server that is slow does
/// not mark a second, however slow it is.
enum Saturation {
    /// An arrival that starts later than this after it was due is late: 20 ms, in nanoseconds.
    static let lateArrival: UInt64 = 20_000_000
    /// More than this share of an open stage's arrivals late marks the second.
    static let lateShare = 0.01
    /// A loop at work for more than this share of the second marks it.
    static let busyShare = 0.95

    /// What one second of all lanes together looked like.
    struct Second {
        var arrivals: UInt64 = 0
        var lateArrivals = 0
        var localFailures = 0
        /// Of the busiest lane.
        var busyShare = 0.0
        var isOpenStage = false
    }

    /// Why the second is to be marked; nil if it is not.
    static func reason(_ second: Second) -> String? {
        if second.localFailures > 0 {
            return "\(second.localFailures) logins failed for want of our own ports, descriptors or accounts"
        }
        let late = Double(second.lateArrivals) / Double(max(1, second.arrivals))
        if second.isOpenStage, late > lateShare {
            return "\(second.lateArrivals) of \(second.arrivals) arrivals started late"
        }
        if second.busyShare > busyShare {
            return "the event loop was busy for \(Int(second.busyShare * 100)) % of the second"
        }
        return nil
    }
}
