import Foundation
import TestSupport
import Testing

/// Servers that repeat what they were told, in every form, wherever a server has something to say.
@Suite("text of a server")
struct ForeignTextTests {
    private let folder: TemporaryDirectory
    private let forms = SecretForms("hunter2&<long", of: "u1")

    init() throws { folder = try TemporaryDirectory() }

    /// Where it says what it should not, and what a run then counts.
    struct Place: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: @Sendable (String) -> [ScriptedServer.Line]
        let kind: String

        static let header =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
        static func mechanisms(_ more: String) -> String {
            "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>\(more)"
                + "</mechanisms></stream:features>"
        }
        private static let hello = ScriptedServer.Line.hear("<stream:stream")
        private static let login: [ScriptedServer.Line] = [hello, .say(header + mechanisms("")), .hear("</auth>")]
        private static let bind: [ScriptedServer.Line] =
            login + [
                .say("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"), hello,
                .say(
                    header + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"),
                .hear("</iq>"),
            ]

        static let all = [
            Place(
                testDescription: "the text of a SASL failure",
                script: { text in
                    login + [
                        .say(
                            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>\(text)</text></failure>"
                        ), .hearTheEnd,
                    ]
                }, kind: "sasl"),
            Place(
                testDescription: "the text of a stream error",
                script: { text in
                    login + [
                        .say(
                            "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                                + "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>\(text)</text></stream:error>"),
                        .hearTheEnd,
                    ]
                }, kind: "stream"),
            Place(
                testDescription: "another host to see",
                script: { text in
                    login + [
                        .say(
                            "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>\(text)"
                                + "</see-other-host></stream:error>"), .hearTheEnd,
                    ]
                }, kind: "redirect"),
            Place(
                testDescription: "the text of a stanza error",
                script: { text in
                    bind + [
                        .say(
                            "<iq type='error' id='b1'><error type='cancel'><not-allowed"
                                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text"
                                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>\(text)</text></error></iq>"),
                        .hearTheEnd,
                    ]
                }, kind: "stanza"),
            Place(
                testDescription: "a condition of its own",
                script: { _ in
                    login + [
                        .say(
                            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><x68756e74657232263c6c6f6e67/></failure>"
                        ),
                        .hearTheEnd,
                    ]
                }, kind: "sasl"),
        ]
    }

    private func scenario(_ port: UInt16, mechanism: String = "PLAIN") throws -> String {
        try folder.write(
            """
            name: repeated
            target: {address: "127.0.0.1:\(port)", domain: localhost, tls: none}
            accounts: {count: 1, password: "${MUSTER_PASSWORD}", reuse: true}
            login: {mechanism: \(mechanism), timeout: 5s}
            load: [{crowd: {sessions: 1, logins: 2}}]
            """, to: "scenario.yml")
    }

    private func muster(_ arguments: [String]) async throws -> ChildProcess.Outcome {
        try await MusterBinary.run(arguments, environment: ["MUSTER_PASSWORD": forms.secret])
    }

    /// All that a run left behind.
    private func files() throws -> String {
        let results = folder.path("results")
        let names = try FileManager.default.subpathsOfDirectory(atPath: results)
        return names.compactMap { FileManager.default.contents(atPath: "\(results)/\($0)") }
            .map { String(decoding: $0, as: UTF8.self) }.joined()
    }

    @Test("a run shows no secret of another account than the one that the server answers")
    func others() async throws {
        let server = try ScriptedServer(Place.all[0].script("no: \(forms.line)"))
        _ = try folder.write("username,password\nu1,my-own-one\nu2,\(forms.secret)\n", to: "accounts.csv")
        let scenario = try scenario(server.port).replacing("scenario.yml", with: "others.yml")
        let text = try String(contentsOfFile: folder.path("scenario.yml"), encoding: .utf8)
            .replacing("{count: 1, password: \"${MUSTER_PASSWORD}\", reuse: true}", with: "{file: accounts.csv}")
            .replacing("logins: 2", with: "logins: 1")
        _ = try folder.write(text, to: "others.yml")
        let outcome = try await MusterBinary.run(["run", scenario, "--results", folder.path("results")])
        let failures = try String(contentsOfFile: folder.path("results/latest/failures.csv"), encoding: .utf8)
        #expect(failures.contains("no: *** ; ***"), "\(outcome.errorOutput)")
        #expect(forms.found(in: try files() + outcome.output + outcome.errorOutput) == [])
    }

    @Test(
        "a run shows no secret that a server repeats, and no control character: in no file, on no screen",
        arguments: Place.all)
    func run(_ place: Place) async throws {
        let server = try ScriptedServer(place.script("\u{202E}no: \(forms.line)"))
        let outcome = try await muster(["run", try scenario(server.port), "--results", folder.path("results")])
        let all = try files() + outcome.output + outcome.errorOutput
        #expect(forms.found(in: all) == [])
        #expect(!all.contains("\u{202E}"))
        let failures = try String(contentsOfFile: folder.path("results/latest/failures.csv"), encoding: .utf8)
        #expect(failures.contains(",\(place.kind),") && failures.contains("***"), "\(failures)")
        #expect(try files().contains("***"))
    }

    @Test("a probe shows none either, with its transcript and without", arguments: Place.all)
    func probe(_ place: Place) async throws {
        for more in [[], ["--transcript"]] {
            let server = try ScriptedServer(place.script("\u{202E}no: \(forms.line)"))
            let outcome = try await muster(
                ["probe", "127.0.0.1:\(server.port)", "--domain", "localhost", "--tls", "none", "--user", "u1"] + more)
            let all = outcome.output + outcome.errorOutput
            #expect(outcome.status == .exited(1))
            #expect(forms.found(in: all) == [])
            #expect(all.contains("***") && !all.contains("\u{202E}"), "\(all)")
        }
    }

    @Test("what is offered passes the same door: in the preflight, in a probe, in its transcript")
    func offered() async throws {
        let more = "<mechanism>\(forms.line)\u{202E}</mechanism>"
        let script: [ScriptedServer.Line] = [
            .hear("<stream:stream"), .say(Place.header + Place.mechanisms(more)), .hearTheEnd,
        ]
        let server = try ScriptedServer(script)
        let run = try await muster(
            ["run", try scenario(server.port, mechanism: "SCRAM-SHA-1"), "--results", folder.path("results")])
        #expect(run.status == .exited(3))
        let probe = try await muster(
            [
                "probe", "127.0.0.1:\(server.port)", "--domain", "localhost", "--tls", "none", "--user", "u1",
                "--mechanism", "SCRAM-SHA-1", "--transcript",
            ])
        for outcome in [run, probe] {
            let all = outcome.output + outcome.errorOutput
            #expect(forms.found(in: all) == [])
            #expect(all.contains("***") && all.contains(#"\u{202E}"#), "\(all)")
        }
    }

    @Test("so do the names of a certificate")
    func certificate() async throws {
        let server = try await ServeProcess(["--domain", "hunter2.example", "--tls", "direct"])
        let outcome = try await MusterBinary.run(
            ["probe", "127.0.0.1:\(server.port)", "--domain", "localhost", "--tls", "direct", "--user", "u1"],
            environment: ["MUSTER_PASSWORD": "hunter2"])
        #expect(outcome.output.contains("for ***.example") && !outcome.output.contains("hunter2"), "\(outcome.output)")
        #expect(!outcome.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" })
        try await server.stop()
    }

    @Test("provisioning shows neither the account's password nor the API's secret")
    func provisioning() async throws {
        let other = SecretForms("api-secret", of: "admin")
        let answer =
            "no: \(forms.all.map(\.text).joined(separator: " ; ")) ; \(other.all.map(\.text).joined(separator: " ; "))"
        for part in 0..<8 {
            let server = try RESTUsers(authorization: "x", mood: .saying(String(answer.dropFirst(part * 90))))
            let outcome = try await MusterBinary.run(
                ["provision", try scenario(server.port), "--by", "rest", "--url", server.url],
                environment: ["MUSTER_PASSWORD": forms.secret, "MUSTER_REST_SECRET": other.secret])
            let all = outcome.output + outcome.errorOutput
            #expect(outcome.status == .exited(1) && all.contains("***"), "\(all)")
            #expect(forms.found(in: all) + other.found(in: all) == [])
        }
    }
}
