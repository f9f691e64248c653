/// Which part of a run a value belongs to: the variant of an experiment and the stage in which the login was due.
public struct Scope: Hashable, Sendable, Comparable {
    public var variant: UInt16
    public var stage: UInt16

    public init(variant: UInt16 = 0, stage: UInt16) {
        self.variant = variant
        self.stage = stage
    }

    public static func < (left: Scope, right: Scope) -> Bool {
        (left.variant, left.stage) < (right.variant, right.stage)
    }
}

/// The names behind the scopes and phases of a run, and the order in which files list them.
public struct ScopeNames: Sendable, Equatable {
    public var variants: [String]
    public var stages: [String]
    public var phases: PhaseNames

    /// A run without `compare:` has one variant of this name.
    public static let onlyVariant = "run"

    /// - Parameter steps: the scenario's own; of an experiment, those of all variants.
    public init(variants: [String] = [Self.onlyVariant], stages: [String], steps: [String] = []) {
        self.variants = variants
        self.stages = stages
        phases = PhaseNames(steps: steps)
    }

    /// A dense number for recorders: scopes of one variant are neighbours.
    @inlinable public func index(of scope: Scope) -> Int { Int(scope.variant) * stages.count + Int(scope.stage) }

    public var count: Int { variants.count * stages.count }

    public func scope(at index: Int) -> Scope {
        Scope(variant: UInt16(index / stages.count), stage: UInt16(index % stages.count))
    }
}
