import Transport
import XMPP

/// Answers that are held back, in the order in which they are due.
struct HeldBack {
    struct Answer {
        var due: UInt64
        /// When it could have been sent.
        var ready: UInt64
        var phase: LoginPhase
        var connection: ConnectionID
        /// The answer, and what comes after it.
        var actions: [ServerAction]
    }

    private var answers: [Answer] = []
    private var first = 0

    /// `.max` where nothing is held back.
    var nextInstant: UInt64 { first < answers.count ? answers[first].due : .max }

    /// Cheap where delays are alike: then the new one is the last.
    mutating func insert(_ answer: Answer) {
        var index = answers.count
        while index > first, answers[index - 1].due > answer.due { index -= 1 }
        answers.insert(answer, at: index)
    }

    /// Takes the next one that is due by now.
    mutating func take(at now: UInt64) -> Answer? {
        guard nextInstant <= now else { return nil }
        defer { advance() }
        return answers[first]
    }

    private mutating func advance() {
        first += 1
        guard first > 1024 || first == answers.count else { return }
        answers.removeFirst(first)
        first = 0
    }
}
