import Foundation
import LoadPlan
import Metrics
import TestSupport
import Testing

@testable import Provisioning

@Suite("Accounts through Openfire's REST API", .serialized)
struct RESTProvisionerTests {
    private let accounts = Accounts(source: .pattern("u{n}", count: 30, password: "pw"))

    private func provisioner(
        _ change: AccountChange, at url: String, _ authorization: UserService.Authorization = .secret("s3cret"),
        _ accounts: Accounts? = nil, rate: Double = 1000, patience: Duration = .seconds(20)
    ) throws -> RESTProvisioner {
        let service = UserService(
            base: try #require(URL(string: url)), authorization: authorization, domain: "example.org",
            patience: patience)
        return RESTProvisioner(accounts ?? self.accounts, change, service: service, rate: rate)
    }

    private func provision(
        _ change: AccountChange, at server: RESTUsers, _ authorization: UserService.Authorization = .secret("s3cret"),
        _ accounts: Accounts? = nil
    ) async throws -> ProvisionTally {
        await end(of: try provisioner(change, at: server.url, authorization, accounts))
    }

    private func end(of provisioner: RESTProvisioner) async -> ProvisionTally {
        await withCheckedContinuation { ended in
            provisioner.start { _ in
            } done: {
                ended.resume(returning: $0)
            }
        }
    }

    @Test("are made, found there, removed and found gone")
    func life() async throws {
        let server = try RESTUsers(authorization: "s3cret", users: ["u7", "admin"])
        let made = try await provision(.creation, at: server)
        #expect((made.done, made.unchecked, made.failed) == (29, 1, 0))
        #expect(made.ending == .completed && made.isComplete)
        #expect(server.users.count == 31)
        let again = try await provision(.creation, at: server)
        #expect((again.done, again.unneeded, again.unchecked) == (0, 0, 30))
        let removed = try await provision(.removal, at: server)
        #expect((removed.done, removed.unneeded, removed.failed) == (30, 0, 0))
        #expect(server.users == ["admin"])
        let gone = try await provision(.removal, at: server)
        #expect((gone.done, gone.unneeded) == (0, 30) && gone.isComplete)
    }

    @Test("are asked for as the API is documented")
    func requests() async throws {
        let server = try RESTUsers(authorization: "Basic YWRtaW46MTIzNDU=")
        let one = Accounts(source: .list([.init(username: "rö%m", password: "\"quoted\"")]))
        _ = try await provision(.creation, at: server, .basic(user: "admin", "12345"), one)
        _ = try await provision(.removal, at: server, .basic(user: "admin", "12345"), one)
        let (post, delete) = (try #require(server.requests.first), try #require(server.requests.last))
        #expect(post.method == "POST" && post.path == "/plugins/restapi/v1/users")
        #expect(post.headers["content-type"] == "application/json")
        #expect(post.headers["authorization"] == "Basic YWRtaW46MTIzNDU=")
        #expect(
            post.members == [
                "username": "rö%m", "password": "\"quoted\"", "name": "rö%m", "email": "rö%m@example.org",
            ])
        #expect(delete.method == "DELETE" && delete.path == "/plugins/restapi/v1/users/r%C3%B6%25m")
        #expect(delete.headers["authorization"] == "Basic YWRtaW46MTIzNDU=")
        #expect(server.users.isEmpty)
    }

    @Test(
        "whatever else the server answers has its name, and ends it after a few",
        arguments: [
            (401, "the secret is not accepted, or this address is not among those that the plugin allows"),
            (403, "the plugin is not enabled"), (404, "the REST API plugin is not there"), (500, ""), (200, ""),
        ])
    func statuses(_ status: Int, _ words: String) async throws {
        let server = try RESTUsers(authorization: "", mood: .status(status))
        let tally = try await provision(.creation, at: server)
        let failure = try #require(tally.failures.ordered.first)
        #expect(tally.failures.entries.count == 1)
        #expect("\(failure.key.kind.rawValue): \(failure.key.condition)" == "protocol: HTTP \(status)")
        #expect(failure.entry.example == words)
        #expect((10..<20).contains(tally.failed) && tally.done == 0)
        guard case .gaveUp = tally.ending else {
            Issue.record("\(String(describing: tally.ending))")
            return
        }
    }

    @Test("no password of any account is shown that the server repeats")
    func repeated() async throws {
        let server = try RESTUsers(authorization: "", mood: .saying("no: hunter2-long, my-own, aHVudGVyMi1sb25n"))
        let two = Accounts(
            source: .list([.init(username: "u1", password: "my-own"), .init(username: "u2", password: "hunter2-long")]))
        let tally = try await provision(.creation, at: server, .secret("s3cret"), two)
        let told = tally.failures.ordered.map { "\($0.key.condition) \($0.entry.example)" }.joined()
        #expect(told.contains("no: ***, ***, ***") && tally.failed == 2, "\(told)")
    }

    @Test("a server without the plugin does not say that users are gone")
    func noPlugin() async throws {
        let tally = try await provision(.removal, at: try RESTUsers(authorization: "", mood: .status(404)))
        #expect(tally.unneeded == 0 && tally.failed >= 10)
    }

    @Test("a redirection is not followed: it would carry passwords elsewhere")
    func redirection() async throws {
        let server = try RESTUsers(authorization: "", mood: .redirecting)
        let tally = try await provision(.creation, at: server)
        let failure = try #require(tally.failures.ordered.first)
        #expect(failure.key.condition == "HTTP 302")
        #expect(failure.entry.example.hasPrefix("redirected to /login.jsp"))
        #expect(server.requests.allSatisfy { $0.path == "/plugins/restapi/v1/users" })
    }

    @Test("an answer without end is cut")
    func endless() async throws {
        let one = Accounts(source: .list([.init(username: "juliet", password: "pw")]))
        let server = try RESTUsers(authorization: "", mood: .babbling)
        let tally = try await provision(.creation, at: server, .secret(""), one)
        #expect(tally.failed == 1)
    }

    @Test("a server that does not answer is a timeout, however many wait for it")
    func silent() async throws {
        let server = try RESTUsers(authorization: "", mood: .silent)
        let tally = await end(of: try provisioner(.creation, at: server.url, patience: .milliseconds(200)))
        #expect(tally.failures.entries.keys.map(\.kind) == [.timeout])
        guard case .unreachable = tally.ending else {
            Issue.record("\(tally)")
            return
        }
    }

    @Test("a server that is not there is not reached")
    func refused() async throws {
        let tally = await end(of: try provisioner(.creation, at: "http://127.0.0.1:1"))
        guard case .unreachable(let failure) = tally.ending else {
            Issue.record("\(tally)")
            return
        }
        #expect(failure.kind == .refused)
        #expect(tally.untried > 0)
    }

    @Test("an interrupt begins no more, and says what was done")
    func interrupted() async throws {
        let server = try RESTUsers(authorization: "s3cret")
        let provisioner = try provisioner(.creation, at: server.url, rate: 20)
        async let end = end(of: provisioner)
        try await awaitCondition("a user was made") { !server.users.isEmpty }
        provisioner.interrupt()
        let tally = await end
        #expect(tally.ending == .interrupted)
        #expect(tally.done == server.users.count && tally.untried == 30 - tally.done && tally.failed == 0)
    }

    @Test("a second interrupt does not wait for an answer, and counts it as never come")
    func cut() async throws {
        let server = try RESTUsers(authorization: "", mood: .silent)
        let provisioner = try provisioner(.creation, at: server.url, patience: .seconds(3600))
        async let end = end(of: provisioner)
        try await awaitCondition("a request had come") { !server.requests.isEmpty }
        provisioner.interrupt()
        provisioner.interrupt()
        let tally = await end
        #expect(tally.ending == .interrupted)
        #expect(tally.failures.entries.keys.map(\.condition) == ["still in flight at the end"])
    }
}
