import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("muster provision, as its user sees it", .serialized)
struct ProvisionCommandTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func scenario(_ target: String, accounts: String = "{count: 20, password: \"${MUSTER_PASSWORD}\"}") throws
        -> String
    {
        try folder.write(
            """
            name: guests
            target: \(target)
            accounts: \(accounts)
            load: [{crowd: {sessions: 5, logins: 20}}]
            thresholds: [failures < 0.001%]
            """, to: "scenario.yml")
    }

    private func muster(_ arguments: String..., environment: [String: String] = [:]) async throws
        -> ChildProcess.Outcome
    {
        try await MusterBinary.run(
            arguments, environment: ["MUSTER_PASSWORD": "hush-hush"].merging(environment) { $1 })
    }

    private func refused(_ arguments: String..., environment: [String: String] = [:]) async throws -> String {
        let outcome = try await MusterBinary.run(
            ["provision"] + arguments, environment: ["MUSTER_PASSWORD": "pw"].merging(environment) { $1 })
        #expect(outcome.status == .exited(2), "\(outcome.output)")
        return outcome.errorOutput
    }

    @Test("accounts are made, log in, are removed and log in no more; doing either twice does no harm")
    func life() async throws {
        let server = try await ServeProcess(["--registration", "--tls", "none"])
        let scenario = try scenario(server.target())
        let results = folder.path("results")
        let made = try await muster("provision", scenario, "--rate", "200/s")
        #expect(made.status == .exited(0), "\(made.errorOutput)")
        #expect(made.output.contains("       20  created\n"))
        #expect(made.output.hasSuffix("provisioned: all 20 accounts are there\n"))
        #expect(!(made.output + made.errorOutput).contains("hush-hush"))
        let again = try await muster("provision", scenario, "--rate", "200/s")
        #expect(again.status == .exited(0))
        #expect(again.output.contains("       20  already there\n"))
        #expect(try await muster("run", scenario, "--results", results, "--quiet").status == .exited(0))

        let removed = try await muster("provision", scenario, "--remove", "--rate", "200/s")
        #expect(removed.status == .exited(0), "\(removed.output)")
        #expect(removed.output.contains("       20  removed\n"))
        let gone = try await muster("provision", scenario, "--remove", "--rate", "200/s", "--quiet")
        #expect(gone.status == .exited(1))
        #expect(
            gone.output
                == "not provisioned: 0 of 20 accounts are gone; 20 refused: gone already, or another password\n")
        #expect(try await muster("run", scenario, "--results", results, "--quiet").status == .exited(1))
        let failures = try ResultReader.read(results + "/latest").failures
        #expect(failures.map { "\($0.kind): \($0.condition) \($0.count)" } == ["sasl: not-authorized 20"])
        try await server.stop()
    }

    @Test("with another password nobody is claimed to be there or gone", arguments: ["PLAIN", "SCRAM-SHA-256"])
    func anotherPassword(_ mechanism: String) async throws {
        let server = try await ServeProcess(["--registration", "--tls", "none"])
        let scenario = try scenario(server.target())
        let arguments = ["provision", scenario, "--rate", "200/s", "--quiet", "--set", "login.mechanism=\(mechanism)"]
        func provision(_ password: String, _ more: String...) async throws -> ChildProcess.Outcome {
            try await MusterBinary.run(arguments + more, environment: ["MUSTER_PASSWORD": password])
        }
        #expect(try await provision("hush-hush", "--set", "accounts.count=5").status == .exited(0))
        let made = try await provision("another")
        #expect(made.status == .exited(1))
        #expect(made.output == "not provisioned: 15 of 20 accounts are there; 5 there with another password\n")
        let removed = try await provision("third", "--remove")
        #expect(removed.status == .exited(1))
        #expect(
            removed.output
                == "not provisioned: 0 of 20 accounts are gone; 20 refused: gone already, or another password\n")
        let again = try await provision("hush-hush", "--set", "accounts.count=5")
        #expect(again.output == "provisioned: all 5 accounts are there\n")
        try await server.stop()
    }

    /// Asked for ten times as fast as it can: open, the last account would be given up long before its turn.
    @Test("a server that is slow is waited for, with few logins at once")
    func slow() async throws {
        let server = try SlowRegistrar(perAccount: 0.05)
        let scenario = try scenario(
            "{address: \"127.0.0.1:\(server.port)\", domain: localhost, tls: none}",
            accounts: "{count: 60, password: pw}")
        let outcome = try await muster(
            "provision", scenario, "--rate", "200/s", "--quiet", "--set", "login.timeout=500ms")
        #expect(outcome.output == "provisioned: all 60 accounts are there\n", "\(outcome.errorOutput)")
        #expect(server.mostAtOnce <= 16, "\(server.mostAtOnce)")
    }

    @Test("the accounts of a file are made with their own passwords")
    func list() async throws {
        let server = try await ServeProcess(["--registration", "--tls", "none", "--profile", "openfire"])
        try folder.write("username,password\njuliet,o-romeo\nromeo,o-juliet\n", to: "accounts.csv")
        let scenario = try scenario(server.target(), accounts: "{file: accounts.csv}")
        #expect(try await muster("provision", scenario, "--quiet").status == .exited(0))
        let run = try await muster("run", scenario, "--results", folder.path("results"), "--quiet")
        #expect(run.status == .exited(0), "\(run.output)")
        try await server.stop()
    }

    @Test("a server that offers no registration is asked a few times, and its refusal is named")
    func notOffered() async throws {
        let server = try await ServeProcess(["--tls", "none"])
        let outcome = try await muster("provision", try scenario(server.target()), "--rate", "20/s")
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.contains(" register: stream: not-authorized"), "\(outcome.output)")
        #expect(outcome.output.contains("not provisioned: 0 of 20 accounts are there"))
        try await server.stop()
    }

    @Test("a server that asks to wait is not asked on, and the hint says why it may")
    func asksToWait() async throws {
        let server = try ScriptedServer([
            .hear("<stream:stream"),
            .say(
                "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
                    + "<stream:features/>"), .hear("g1"),
            .say("<iq type='result' id='g1'><query xmlns='jabber:iq:register'><username/><password/></query></iq>"),
            .hear("g2"),
            .say(
                "<iq type='error' id='g2'><error type='wait'>"
                    + "<resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"),
            .hearTheEnd,
        ])
        let scenario = try scenario("{address: \"127.0.0.1:\(server.port)\", domain: localhost, tls: none}")
        let outcome = try await muster("provision", scenario, "--rate", "2/s")
        #expect(outcome.status == .exited(1))
        #expect(outcome.output.contains(" register: stanza: resource-constraint\n"), "\(outcome.output)")
        #expect(outcome.output.contains("hint: ejabberd registers one account per address in 600 s"))
        #expect(outcome.output.hasSuffix(" accounts are there; stopped, for the server asks to wait\n"))
    }

    @Test("a target that nobody listens on exits 3 and says so last on standard error")
    func unreachable() async throws {
        let outcome = try await muster("provision", try scenario("\"127.0.0.1:1\""))
        #expect(outcome.status == .exited(3))
        #expect(outcome.errorOutput.hasSuffix("no connection was ever established: refused\n"))
        #expect(outcome.output.contains("not tried"))
    }

    @Test("the first signal stops it, and what was done is said")
    func signal() async throws {
        let server = try await ServeProcess(["--registration", "--tls", "none"])
        let scenario = try scenario(server.target(), accounts: "{count: 5000, password: pw}")
        let process = try MusterBinary.start(["provision", scenario, "--rate", "50/s"])
        try await awaitCondition("some were made") { process.errorOutput.contains(" created, ") }
        process.signal(SIGINT)
        #expect(try await process.waitUntilExit() == .exited(130))
        #expect(process.output.contains("  created\n") && process.output.contains("  not tried\n"))
        #expect(process.output.hasSuffix("; interrupted\n"))
        try await server.stop()
    }

    @Test("what cannot be provisioned is refused in a sentence")
    func refusals() async throws {
        let anonymous = try await refused(try scenario("\"127.0.0.1:1\"", accounts: "{anonymous: true}"))
        #expect(
            anonymous.hasSuffix("anonymous accounts are not made beforehand: the server makes one for each login\n"))
        let embedded = try await refused(try scenario("embedded"))
        #expect(
            embedded.hasSuffix("the embedded server knows the scenario's accounts: there is nothing to provision\n"))
        try folder.write("username,token\njuliet,t\n", to: "accounts.csv")
        let tokens = try await refused(
            try scenario("\"127.0.0.1:1\"", accounts: "{file: accounts.csv}"), "--set", "login.mechanism=OAUTHBEARER")
        #expect(tokens.hasSuffix("account juliet has no password to be made with\n"))
        let stranger = try await refused(try scenario("\"192.0.2.1:5222\""))
        #expect(stranger.contains("owner-consents"))
        let clear = try await refused(
            try scenario("{address: \"192.0.2.1:5222\", tls: none}"), "--owner-consents", "--set",
            "login.mechanism=SCRAM-SHA-1")
        #expect(clear.hasSuffix("in the clear: use TLS, or target.allow-plain-without-tls\n"))
    }

    @Test("arguments that do not go together are named")
    func arguments() async throws {
        let scenario = try scenario("\"127.0.0.1:1\"")
        #expect(try await refused(scenario, "--url", "http://127.0.0.1:1").contains("--url goes with --by rest"))
        #expect(try await refused(scenario, "--by", "file", "--output", "x").contains("--by file needs --format"))
        #expect(try await refused(scenario, "--by", "file", "--format", "openfire").contains("needs --output"))
        let remove = try await refused(
            scenario, "--by", "file", "--format", "prosody", "--output", "x", "--remove")
        #expect(remove.contains("--remove: a file only makes accounts"))
        #expect(try await refused(scenario, "--rate", "0/s").contains("--rate"))
    }

    @Test("a file for an importer is made once, and says how it is read")
    func file() async throws {
        let scenario = try scenario("\"127.0.0.1:1\"")
        let path = folder.path("accounts.xml")
        let arguments = [
            "provision", scenario, "--by", "file", "--format", "ejabberd", "--output", path, "--set",
            "target.domain=example.org",
        ]
        let outcome = try await MusterBinary.run(arguments, environment: ["MUSTER_PASSWORD": "pw"])
        #expect(outcome.status == .exited(0))
        #expect(outcome.output.contains("ejabberdctl import_piefxis \(path)\n"))
        #expect(folder.text(of: "accounts.xml").contains("<user name='u20' password='pw'/>"))
        let again = try await MusterBinary.run(arguments, environment: ["MUSTER_PASSWORD": "other"])
        #expect(again.status == .exited(2))
        #expect(again.errorOutput.hasSuffix("there is a file already, and it is not overwritten\n"))
    }

    @Test("the REST API makes and removes accounts; its secret comes from the environment or a file")
    func rest() async throws {
        let server = try RESTUsers(authorization: "s3cret")
        let scenario = try scenario("\"127.0.0.1:1\"")
        let rest = ["provision", scenario, "--by", "rest", "--url", server.url, "--rate", "200/s", "--quiet"]
        let made = try await MusterBinary.run(
            rest, environment: ["MUSTER_PASSWORD": "pw", "MUSTER_REST_SECRET": "s3cret"])
        #expect(made.status == .exited(0), "\(made.output)")
        #expect(server.users.count == 20)
        let secret = try folder.write("s3cret\n", to: "secret")
        let removed = try await MusterBinary.run(
            rest + ["--remove", "--secret-file", secret], environment: ["MUSTER_PASSWORD": "pw"])
        #expect(removed.status == .exited(0), "\(removed.output)")
        #expect(server.users.isEmpty)
        let wrong = try await MusterBinary.run(
            rest, environment: ["MUSTER_PASSWORD": "pw", "MUSTER_REST_SECRET": "guess"])
        #expect(wrong.status == .exited(1))
        #expect(wrong.output.hasPrefix("not provisioned: 0 of 20 accounts are there; stopped, for none of the first "))
    }

    @Test("the REST API is asked for as an administrator where one is named")
    func basic() async throws {
        let server = try RESTUsers(authorization: "Basic YWRtaW46MTIzNDU=")
        let made = try await muster(
            "provision", try scenario("\"127.0.0.1:1\""), "--by", "rest", "--url", server.url, "--rate", "200/s",
            "--admin", "admin", environment: ["MUSTER_REST_SECRET": "12345"])
        #expect(made.status == .exited(0), "\(made.output)")
    }

    @Test("where the REST API cannot be used that is said before anything is sent")
    func restRefusals() async throws {
        let scenario = try scenario("\"127.0.0.1:1\"")
        #expect(try await refused(scenario, "--by", "rest").contains("MUSTER_REST_SECRET: the REST API's secret"))
        let secret = ["MUSTER_REST_SECRET": "s"]
        let stranger = try await refused(
            scenario, "--by", "rest", "--url", "https://192.0.2.1:9091", environment: secret)
        #expect(stranger.contains("is not this machine: add --owner-consents"))
        let clear = try await refused(
            scenario, "--by", "rest", "--url", "http://192.0.2.1:9090", "--owner-consents", environment: secret)
        #expect(clear.contains("passwords would go in the clear"))
        let place = try await refused(scenario, "--by", "rest", "--url", "127.0.0.1:9090", environment: secret)
        #expect(place.contains("an address such as http://127.0.0.1:9090 is expected"))
    }
}
