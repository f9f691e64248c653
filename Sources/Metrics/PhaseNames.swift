/// The phases that a run can have and what they are called: those of every login, and the steps of its scenario's own.
public struct PhaseNames: Sendable, Equatable {
    /// The names of the own steps; the first one is `Phase.own(0)`.
    public let steps: [String]

    /// The phases that every run has.
    public static let standard = PhaseNames(steps: [])

    /// - Parameter steps: at most ``Phase/mostOwn``, each once, none of them the name of another phase; more traps.
    public init(steps: [String]) {
        precondition(steps.count <= Phase.mostOwn, "a run has at most \(Phase.mostOwn) steps of its own")
        self.steps = steps
    }

    /// Every phase, in the order in which the files and tables list them.
    public var all: [Phase] { (Phase.all + steps.indices.map(Phase.own)).sorted() }

    public func name(of phase: Phase) -> String {
        guard let number = phase.ownNumber, steps.indices.contains(number) else { return phase.name }
        return steps[number]
    }

    /// Of the own step with this name, from 0.
    public func number(ofStep name: String) -> Int? { steps.firstIndex(of: name) }

    /// The phase with this name in scenarios and files.
    public func phase(named name: String) -> Phase? {
        number(ofStep: name).map(Phase.own) ?? Phase(named: name)
    }
}
