import Testing

@testable import SASL

@Suite("A server's accounts in memory")
struct AccountStoreTests {
    private func logIn(_ username: String, _ password: String, at store: AccountStore) throws -> Bool {
        var server = try SASLServer(mechanism: .plain, domain: "localhost", accounts: store.logins())
        guard case .success = server.receive(Array("\0\(username)\0\(password)".utf8)) else { return false }
        return true
    }

    @Test("an account lets its owner in from when it is added until it is removed")
    func life() throws {
        let store = AccountStore(["romeo": Secret("pw")], iterations: 64)
        #expect(try logIn("romeo", "pw", at: store))
        #expect(try !logIn("juliet", "pw", at: store))
        #expect(store.add("juliet", password: Secret("pw")) == .added)
        #expect(try logIn("juliet", "pw", at: store))
        #expect(try !logIn("juliet", "other", at: store))
        store.remove("juliet")
        store.remove("nobody")
        #expect(try !logIn("juliet", "pw", at: store))
    }

    @Test("a name is taken once, whatever the password, and in any of its spellings")
    func names() {
        let store = AccountStore(iterations: 64)
        #expect(store.add("\u{2168}", password: Secret("pw")) == .added)
        #expect(store.add("IX", password: Secret("other")) == .exists)
        #expect(store.add("", password: Secret("pw")) == .unusable)
        #expect(store.add("a\u{7}", password: Secret("pw")) == .unusable)
    }

    @Test("there is room for so many and no more")
    func bounded() {
        let store = AccountStore(["romeo": Secret("pw")], iterations: 64, capacity: 2)
        #expect(store.add("juliet", password: Secret("pw")) == .added)
        #expect(store.add("paris", password: Secret("pw")) == .full)
        #expect(store.add("juliet", password: Secret("pw")) == .exists)
    }
}
