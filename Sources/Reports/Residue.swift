import ResultFiles

/// What a server may keep after the last session has left.
public enum ResidueMeasure: String, Sendable, CaseIterable {
    /// Connections at the target's port that the server has open.
    case sessions
    case memory, descriptors, threads
}

extension RunDescription.Residue {
    /// What the server has more than it had before; below 0 where it has less.
    func figure(_ measure: ResidueMeasure, of server: RunDescription.Server?) -> Figure {
        switch measure {
        case .sessions: .count(before.sessions, after.sessions)
        case .memory: memory(server)
        case .descriptors: .count(before.descriptors, after.descriptors)
        case .threads: .count(before.threads, after.threads)
        }
    }

    /// Of a JVM the heap after a full collection counts, or nothing does.
    private func memory(_ server: RunDescription.Server?) -> Figure {
        if let heapBefore = before.heapBytes, let heapAfter = after.heapBytes {
            return .bytes(Double(heapAfter) - Double(heapBefore))
        }
        guard let resident = after.memoryBytes, let atFirst = before.memoryBytes else { return .unread }
        if let heap = server?.maximumHeapBytes, resident < heap {
            return .undecided(
                "inconclusive: a JVM's resident memory below its maximum heap proves nothing; target.heap: ask asks it")
        }
        return .bytes(Double(resident) - Double(atFirst))
    }

    /// One line for people; nil where nothing could be read.
    func sentence(of server: RunDescription.Server?) -> String? {
        let parts = ResidueMeasure.allCases.compactMap { measure -> String? in
            let figure = figure(measure, of: server)
            guard figure.isMeasured else { return nil }
            let sign = figure.outcome(below: 0) == .passed ? "" : "+"
            return "\(measure.rawValue) \(sign)\(figure.text)"
        }
        guard !parts.isEmpty else { return nil }
        let seconds = Format.duration(nanoseconds: watchedSeconds * 1e9)
        return "the server \(seconds) after the last session, beside before the first: \(parts.joined(separator: ", "))"
    }
}

extension Figure {
    fileprivate static let unread = Figure.nothing("the server's process was not read")

    fileprivate static func count(_ before: Int?, _ after: Int?) -> Figure {
        guard let before, let after else { return .unread }
        return .count(Double(after - before))
    }
}
