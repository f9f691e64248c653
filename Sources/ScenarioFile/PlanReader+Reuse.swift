import LoadPlan

// Accounts that log in once at most: `accounts.reuse: false`.

extension PlanReader {
    /// A run that is known to need more accounts than there are is refused before it begins.
    func checkReuse(_ fields: Fields, _ plan: RunPlan) {
        guard !plan.accounts.reuse, let count = plan.accounts.count,
            let logins = PlanSummary(plan).logins?.mean, logins > Double(count)
        else { return }
        diagnostics.refuse(
            fields.place(of: "accounts"),
            "\(Int(logins.rounded(.up))) logins need as many accounts where reuse is false, and there are \(count)")
    }

    /// A variant of first logins needs accounts of its own, enough for all of its blocks.
    func checkReuse(_ experiment: ExperimentPlan, _ entries: [Node.Entry]) {
        let places = Dictionary(entries.map { ($0.key, $0.keyPlace) }, uniquingKeysWith: { first, _ in first })
        let copy = experiment.variants.count - 1
        for (index, variant) in experiment.variants.enumerated() where !variant.plan.accounts.reuse && index != copy {
            guard let place = places[variant.name] else { continue }
            if index == 0 {
                diagnostics.refuse(
                    place, "the baseline runs twice in each block, so its accounts log in again: reuse cannot be false")
            } else {
                checkOwnAccounts(variant, experiment, place)
            }
        }
    }

    private func checkOwnAccounts(_ variant: ExperimentPlan.Variant, _ experiment: ExperimentPlan, _ place: Place) {
        let accounts = variant.plan.accounts
        if let other = experiment.variants.first(where: {
            $0.name != variant.name && $0.plan.accounts.sharesNames(with: accounts)
        }) {
            diagnostics.refuse(
                place,
                "\(variant.name) and \(other.name) log in as the same accounts, so not every login of \(variant.name) "
                    + "is a first one: give it a pattern or a file of its own")
        }
        guard let count = accounts.count, let logins = PlanSummary(variant.plan).logins?.mean else { return }
        let needed = Int(logins.rounded(.up)) * (experiment.blocks + 1)
        guard needed > count else { return }
        diagnostics.refuse(
            place,
            "\(needed) logins in \(experiment.blocks) blocks and the one before them need as many accounts where reuse "
                + "is false, and there are \(count)")
    }
}

extension Accounts {
    /// Whether the two name an account alike. Patterns are told apart by their text, files by their names.
    fileprivate func sharesNames(with other: Accounts) -> Bool {
        switch (source, other.source) {
        case (.pattern(let one, _, _), .pattern(let two, _, _)): one == two
        case (.list(let one), .list(let two)): !Set(one.map(\.username)).isDisjoint(with: two.map(\.username))
        default: false
        }
    }
}
