/// Estimates how many sessions are there at once: arrivals live for the stay and an assumed login.
struct Concurrency {
    private let spans: [Span]
    /// In seconds; infinite where sessions stay until the end.
    private let life: Double

    /// A stage on the run's time line, in seconds.
    private struct Span {
        var shape: Stage.Shape
        var start: Double
        var length: Double
        var end: Double { start + length }
    }

    init(_ plan: RunPlan) {
        let login = PlanSummary.assumedLogin.inSeconds
        life = plan.session.stay.inSeconds + login
        var start = 0.0
        var spans: [Span] = []
        for stage in plan.stages {
            let length = stage.duration?.inSeconds ?? Self.assumedLength(stage.shape, life: life, login: login)
            spans.append(Span(shape: stage.shape, start: start, length: length))
            start += length
        }
        self.spans = spans
    }

    private static func assumedLength(_ shape: Stage.Shape, life: Double, login: Double) -> Double {
        switch shape {
        case .crowd(let sessions, .logins(let logins)) where life.isFinite:
            return life * (Double(logins) / Double(sessions)).rounded(.up)
        case .outage(let outage): return outage.length.inSeconds
        default: return login
        }
    }

    var greatest: Int {
        let most = moments.map(sessions(at:)).max() ?? 0
        return most < Double(Int32.max) ? Int(most.rounded(.up)) : Int(Int32.max)
    }

    /// The number only turns at a stage's corner, or a life after one; within a ramp it is looked at now and then.
    private var moments: [Double] {
        let corners = spans.flatMap { span in (0...64).map { span.start + span.length * Double($0) / 64 } }
        let last = spans.last?.end ?? 0
        return corners + corners.map { $0 + life }.filter { $0 <= last }
    }

    private func sessions(at time: Double) -> Double {
        spans.reduce(0) { $0 + sessions(of: $1, at: time) }
    }

    private func sessions(of span: Span, at time: Double) -> Double {
        guard time >= span.start else { return 0 }
        switch span.shape {
        case .ramp(let from, let to, _): return arrivals(from, to, span, until: time)
        case .hold(let rate, _): return arrivals(rate, rate, span, until: time)
        case .burst(let logins): return time < span.start + life ? Double(logins) : 0
        case .crowd(let sessions, _): return time < span.end + life ? Double(sessions) : 0
        case .outage, .recovery: return 0
        }
    }

    /// Those of the last life.
    private func arrivals(_ from: Double, _ to: Double, _ span: Span, until time: Double) -> Double {
        func count(_ seconds: Double) -> Double {
            let passed = min(max(seconds, 0), span.length)
            return from * passed + (to - from) * passed * passed / (2 * span.length)
        }
        return count(time - span.start) - (life.isFinite ? count(time - span.start - life) : 0)
    }
}

extension SessionPlan.Stay {
    fileprivate var inSeconds: Double {
        switch self {
        case .for(let duration): duration.inSeconds
        case .untilEnd: .infinity
        }
    }
}
