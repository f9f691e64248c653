/// Says which account logs in next: by the accounts' order, passing over those that are online while a free one exists.
///
/// The same seed gives the same order. An allotment takes a constant time whatever the number of accounts.
public struct AccountSequence: Sendable {
    /// Whose turn it is, by index from 0.
    public enum Allotment: Sendable, Equatable {
        case free(Int)
        /// None was free: the account is online already, or has logged in and may not again; this is one more session.
        case reused(Int)

        public var index: Int {
            switch self {
            case .free(let index), .reused(let index): index
            }
        }
    }

    /// Nil where accounts have no names, and so no limit.
    private let count: Int?
    private let isRandom: Bool
    private let isReusing: Bool
    /// Which account stands at a place of the order, and the place of an account; nil where the order is the accounts'.
    private let order: (accounts: [Int32], places: [Int32])?
    private var free: FreeSet
    /// Sessions beyond the first of an account.
    private var extra: [Int: Int] = [:]
    private var turn = 0
    private var generator: SeededGenerator

    private static let stream: UInt64 = 0xACC0

    /// The accounts dealt out to one lane of several: indices from 0 that stand for every `laneCount`th account from
    /// number `lane` on.
    ///
    /// - Parameter taken: how many of an earlier part of the run are not to come again. Costs as many allotments.
    public init(_ accounts: Accounts, seed: UInt64, lane: Int = 0, of laneCount: Int = 1, after taken: Int = 0) {
        count = accounts.count.map { ($0 - lane + laneCount - 1) / laneCount }
        isRandom = accounts.order == .random
        isReusing = accounts.reuse
        generator = SeededGenerator(seed: seed, stream: Self.stream + UInt64(lane))
        order = accounts.order == .shuffled ? Self.shuffled(count ?? 0, &generator) : nil
        free = FreeSet(all: count ?? 0)
        for _ in 0..<taken { _ = allot() }
    }

    private static func shuffled(
        _ count: Int, _ generator: inout SeededGenerator
    ) -> (accounts: [Int32], places: [Int32]) {
        let accounts = (0..<Int32(count)).shuffled(using: &generator)
        var places = [Int32](repeating: 0, count: count)
        for (place, account) in accounts.enumerated() { places[Int(account)] = Int32(place) }
        return (accounts, places)
    }

    /// Takes the next account.
    public mutating func allot() -> Allotment {
        guard let count else { return .free(unnamed()) }
        let start = isRandom ? Int.random(in: 0..<count, using: &generator) : turn
        guard let place = freePlace(from: start, count) else { return reuse(start, count) }
        free.remove(place)
        turn = (place + 1) % count
        return .free(account(at: place))
    }

    /// Gives a session of the account back. An account is free when its last one is over, if it may be used again.
    public mutating func release(_ index: Int) {
        guard count != nil, isReusing else { return }
        if let more = extra[index] {
            extra[index] = more > 1 ? more - 1 : nil
        } else {
            free.insert(order.map { Int($0.places[index]) } ?? index)
        }
    }

    private mutating func unnamed() -> Int {
        defer { turn += 1 }
        return turn
    }

    /// Where a random place is taken, others are drawn for a while: the next free one would be the likelier, the more
    /// of those before it are taken.
    private mutating func freePlace(from start: Int, _ count: Int) -> Int? {
        guard free.count > 0 else { return nil }
        var start = start
        for _ in 0..<(isRandom ? 32 : 0) where !free.contains(start) {
            start = Int.random(in: 0..<count, using: &generator)
        }
        return free.first(from: start) ?? free.first(from: 0)
    }

    private mutating func reuse(_ place: Int, _ count: Int) -> Allotment {
        turn = (place + 1) % count
        let index = account(at: place)
        extra[index, default: 0] += 1
        return .reused(index)
    }

    private func account(at place: Int) -> Int { order.map { Int($0.accounts[place]) } ?? place }
}
