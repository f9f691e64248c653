import LoadPlan
import Testing

@Suite("Accounts")
struct AccountsTests {
    @Test("all of a pattern are counted from 1, with one password")
    func pattern() {
        let accounts = Accounts(source: .pattern("u{n}", count: 3, password: "pw"))
        #expect(accounts.all.map(\.username) == ["u1", "u2", "u3"])
        #expect(accounts.all.allSatisfy { $0.password.plain == "pw" })
    }

    @Test("all of a list are as it has them, and there are no anonymous ones")
    func others() {
        let list = [Accounts.Account(username: "romeo", password: "a"), .init(username: "juliet", password: "b")]
        #expect(Array(Accounts(source: .list(list)).all) == list)
        #expect(Accounts(source: .anonymous).all.isEmpty)
    }
}
