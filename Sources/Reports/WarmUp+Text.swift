public import Metrics

extension WarmUp {
    /// For people; nil where one block was enough, or nothing fell.
    public var sentence: String? {
        guard blocks > 1, let (from, to) = fall else { return nil }
        let ends = "from \(Format.duration(microseconds: from)) to \(Format.duration(microseconds: to))"
        return isFalling
            ? "after \(blocks) blocks to warm up the server's processor time per login was still falling, \(ends): what a "
                + "login costs it is not steady, and has no verdict"
            : "\(blocks) blocks were warm-up: the server's processor time per login fell \(ends)"
    }
}
