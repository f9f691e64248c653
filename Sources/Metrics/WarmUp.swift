/// How warm the servers of an experiment are: what a login cost them in each block that was run to warm up.
///
/// A server that was just started costs more: a virtual machine compiles what it runs often, caches fill. Blocks are
/// counted once a login costs no more than about a tenth less than in the block before.
public struct WarmUp: Sendable, Equatable {
    /// By server, its blocks in their order: microseconds of processor time per login, idle burn taken off.
    public private(set) var costs: [Int32: [Double]] = [:]
    public private(set) var blocks = 0

    /// A fall of more than this share of the cost is not chance.
    public static let tolerance = 0.1

    public init() {}

    /// Adds a block: its variants, each once.
    public mutating func add(block legs: [LegRecord], idle: [IdleBurn]) {
        blocks += 1
        for (pid, legs) in Dictionary(grouping: legs.filter { $0.server != nil }, by: { $0.server?.pid ?? 0 }) {
            let logins = legs.reduce(0) { $0 + $1.record(of: .login).completed }
            guard logins > 0 else { continue }
            let rate = idle.first { $0.pid == pid }?.rate ?? 0
            let used = legs.reduce(0) { $0 + Double($1.server?.cpu ?? 0) - rate * Double($1.length) / 1e9 }
            costs[pid, default: []].append(max(0, used) / Double(logins))
        }
    }

    /// Whether a login cost some server less in the last block than in the one before.
    public var isFalling: Bool {
        costs.values.contains { costs in
            guard let last = costs.last, let before = costs.dropLast().last else { return false }
            return last < before * (1 - Self.tolerance)
        }
    }

    /// Whether another block would tell more: one by itself shows nothing, and of a server elsewhere none does.
    public var wantsMore: Bool { !costs.isEmpty && (blocks < 2 || isFalling) }

    /// The server whose cost fell most, from its first block to its last; nil where none fell.
    public var fall: (from: Double, to: Double)? {
        let ends = costs.values.compactMap { costs in costs.first.flatMap { first in costs.last.map { (first, $0) } } }
        let falls = ends.filter { $0.1 < $0.0 * (1 - Self.tolerance) }
        return falls.max { $0.0 / $0.1 < $1.0 / $1.1 }.map { (from: $0.0, to: $0.1) }
    }
}
