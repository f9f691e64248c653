import LoadPlan
import Testing

@Suite struct AccountSequenceTests {
    private func sequence(_ count: Int, _ order: Accounts.Order = .sequential, seed: UInt64 = 1) -> AccountSequence {
        AccountSequence(Accounts(source: .pattern("u{n}", count: count, password: ""), order: order), seed: seed)
    }

    @Test("in sequence each account comes once, and then the first again")
    func sequential() {
        var accounts = sequence(3)
        let indices = (0..<7).map { _ in
            let index = accounts.allot().index
            accounts.release(index)
            return index
        }
        #expect(indices == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test("an account that is online is passed over while another is free", arguments: Accounts.Order.allCases)
    func passedOver(order: Accounts.Order) {
        var accounts = sequence(100, order)
        let first = (0..<99).map { _ in accounts.allot() }
        let missing = Set(0..<100).subtracting(first.map(\.index))
        #expect(first.allSatisfy { if case .free = $0 { true } else { false } })
        #expect(missing.count == 1)
        #expect(accounts.allot() == missing.first.map { .free($0) })
        accounts.release(42)
        #expect(accounts.allot() == .free(42))
    }

    @Test("when none is free an account is used again, and is free when its last session is over")
    func reused() {
        var accounts = sequence(2)
        #expect([accounts.allot(), accounts.allot(), accounts.allot()] == [.free(0), .free(1), .reused(0)])
        accounts.release(0)
        #expect(accounts.allot() == .reused(1))
        accounts.release(0)
        #expect(accounts.allot() == .free(0))
    }

    @Test(
        "without reuse each account comes once, also when the run goes on in a further part",
        arguments: Accounts.Order.allCases)
    func onlyOnce(order: Accounts.Order) {
        let accounts = Accounts(source: .pattern("u{n}", count: 5, password: ""), order: order, reuse: false)
        var first = AccountSequence(accounts, seed: 3)
        var indices: [Int] = []
        for _ in 0..<2 {
            let index = first.allot().index
            first.release(index)
            indices.append(index)
        }
        var second = AccountSequence(accounts, seed: 3, after: 2)
        indices += (0..<3).map { _ in second.allot().index }
        #expect(indices.sorted() == [0, 1, 2, 3, 4])
        guard case .reused = second.allot() else {
            Issue.record("a sixth of five accounts was free")
            return
        }
    }

    @Test("shuffled and random orders are the seed's", arguments: [Accounts.Order.shuffled, .random])
    func seeded(order: Accounts.Order) {
        func indices(_ seed: UInt64) -> [Int] {
            var accounts = sequence(1000, order, seed: seed)
            return (0..<1000).map { _ in accounts.allot().index }
        }
        #expect(indices(5) == indices(5))
        #expect(indices(5) != indices(6))
        #expect(indices(5) != Array(0..<1000))
        #expect(indices(5).sorted() == Array(0..<1000))
    }

    @Test("accounts without names never run out")
    func anonymous() {
        var accounts = AccountSequence(Accounts(source: .anonymous), seed: 1)
        #expect((0..<5).map { _ in accounts.allot() } == (0..<5).map { .free($0) })
        accounts.release(0)
    }

    @Test("with a million accounts online but one, the free one is found at once")
    func million() {
        var accounts = sequence(1_000_000)
        for _ in 0..<1_000_000 { _ = accounts.allot() }
        for index in stride(from: 999_999, to: 0, by: -1000) {
            accounts.release(index)
            #expect(accounts.allot() == .free(index))
        }
    }

    @Test("a name has the account's number in every place of the pattern, from 1")
    func names() {
        #expect(NamePattern("u{n}").name(index: 0) == "u1")
        #expect(NamePattern("{n}-ü-{n}").name(index: 41) == "42-ü-42")
        #expect(NamePattern("admin{x}").name(index: 3) == "admin{x}")
        var bytes = Array("a".utf8)
        NamePattern("{n}").append(index: 9, to: &bytes)
        #expect(bytes == Array("a10".utf8))
    }
}
