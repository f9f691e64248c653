public import LoadPlan

/// Judges what the reader cannot, such as whether a file holds the key of a certificate, and says what is wrong where.
public typealias PlanCheck = (RunPlan) -> [PlanProblem]

/// Something of a plan that cannot be used.
public struct PlanProblem: Sendable, Equatable {
    /// Of the key that it is about, dotted: `accounts.certificate`.
    public let keyPath: String
    public let message: String

    public init(keyPath: String, message: String) {
        self.keyPath = keyPath
        self.message = message
    }
}

extension PlanReader {
    /// A plan with errors is not asked about: what is known to be wrong would be said twice.
    func ask(_ check: PlanCheck, about plan: RunPlan, _ root: Node) {
        guard !diagnostics.hasErrors else { return }
        for problem in check(plan) {
            diagnostics.refuse(root.keyPlace(of: problem.keyPath.split(separator: ".")[...]), problem.message)
        }
    }
}

extension Node {
    /// Where the key stands that is furthest down this path; the node's own place without any.
    fileprivate func keyPlace(of path: ArraySlice<Substring>) -> Place {
        guard let key = path.first, let entry = entries?.first(where: { $0.key == key }) else { return place }
        guard path.count > 1, entry.value.entries != nil else { return entry.keyPlace }
        return entry.value.keyPlace(of: path.dropFirst())
    }
}
