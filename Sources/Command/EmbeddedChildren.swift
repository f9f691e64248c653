import Domains
import LoadPlan
import ResultFiles

/// The embedded servers of a run or an experiment: plans that want the same of theirs share one.
final class EmbeddedChildren {
    private var children: [(plan: RunPlan, child: EmbeddedChild)] = []
    private var reports: [RunDescription.Embedded]?

    /// Starts those that the plans want, and waits until they listen.
    ///
    /// - Parameter timesFile: where the only one writes, at its end, when it read and wrote what.
    /// - Throws: `CommandFailure` if one does not.
    init(for plans: [RunPlan], timesFile: String? = nil) throws {
        for plan in plans where plan.target.address == .embedded && self[plan] == nil {
            children.append((plan, try EmbeddedChild(for: plan, timesFile: timesFile)))
        }
    }

    /// The plan's server; nil where it wants none.
    subscript(plan: RunPlan) -> EmbeddedChild? { children.first { $0.plan.sharesServer(with: plan) }?.child }

    /// Ends them, waits until they are gone and returns what they did on purpose.
    @discardableResult
    func stop() -> [RunDescription.Embedded] {
        if let reports { return reports }
        let last = children.compactMap { $0.child.stop() }
        reports = last
        return last
    }
}

extension RunPlan {
    /// Whether a server that was started for this plan does for the other as well.
    fileprivate func sharesServer(with other: RunPlan) -> Bool {
        target.address == .embedded && other.target.address == .embedded && target.domain == other.target.domain
            && target.tls == other.target.tls
            && target.resumes == other.target.resumes
            && login.extensions == other.login.extensions
            && target.embedded == other.target.embedded && sharesSecrets(with: other)
    }

    /// Whoever has no name needs no account.
    private func sharesSecrets(with other: RunPlan) -> Bool {
        other.accounts.source == .anonymous || EmbeddedSecrets(accounts) == EmbeddedSecrets(other.accounts)
    }
}
