import Metrics

extension RunTotals {
    /// What to look at first after a run in which the server let nobody in; nil of every other run.
    var refusalHint: String? {
        let isRefused = failures.entries.keys.contains { $0.kind == .sasl && $0.condition == "not-authorized" }
        guard isRefused, record(of: .login).completed == 0 else { return nil }
        return
            "no login succeeded, and the server answered not-authorized: are these accounts there, and is the password "
            + "theirs? muster provision makes accounts, muster probe explains one login"
    }
}
