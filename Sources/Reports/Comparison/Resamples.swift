/// How often each block is drawn in each resample: whole blocks, with replacement, as many as there are.
///
/// Everything measured in a block is weighted by the same draw, so variants stay matched pairs and what is common to a
/// block (the hour, a warm cache, a drift) leaves their difference.
struct Resamples: Sendable {
    let blocks: Int
    /// Resample by resample, how often each block is drawn.
    let weights: [[UInt64]]

    /// The same seed draws the same blocks, on every machine.
    init(of blocks: Int, count: Int, seed: UInt64) {
        self.blocks = blocks
        var generator = SplitMix64(state: seed)
        weights = (0..<count).map { _ in
            var weights = [UInt64](repeating: 0, count: blocks)
            for _ in 0..<blocks { weights[generator.next(below: blocks)] += 1 }
            return weights
        }
    }

    /// Each block once: what was measured.
    static func asMeasured(_ blocks: Int) -> [UInt64] { [UInt64](repeating: 1, count: blocks) }
}

/// A small generator whose numbers are part of the result: a recorded seed repeats every interval to its last bit.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The bias of scaling is below one in 2⁵⁰ for any number of blocks.
    mutating func next(below limit: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(limit)).high)
    }
}
