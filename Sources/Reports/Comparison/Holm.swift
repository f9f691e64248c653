/// Holm's step-down procedure (1979): over all hypotheses of a family, a true one is rejected with at most the family's
/// probability, however they depend on each other.
struct Holm {
    struct Decision: Equatable {
        var isRejected: Bool
        /// The probability at which this hypothesis was tested.
        var share: Double
    }

    /// In the order of the significances (p values).
    static func decisions(_ significances: [Double], share: Double) -> [Decision] {
        var decisions = significances.map { _ in Decision(isRejected: false, share: share) }
        var isRejecting = true
        let ascending = significances.indices.sorted { significances[$0] < significances[$1] }
        for (rank, index) in ascending.enumerated() {
            let own = share / Double(significances.count - rank)
            isRejecting = isRejecting && significances[index] <= own
            decisions[index] = Decision(isRejected: isRejecting, share: own)
        }
        return decisions
    }
}
