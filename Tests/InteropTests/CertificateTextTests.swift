import Foundation
import TestSupport
import Testing

/// A real server whose certificate says what would move a terminal's cursor, set its title or turn text round.
@Suite("what a certificate says")
struct CertificateTextTests {
    /// What would be obeyed, and no line end, which files have of their own.
    private static let obeyed: Set<Unicode.Scalar> = ["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}", "\u{2066}", "\u{200F}"]

    private func server() async throws -> Prosody {
        var options = Prosody.Options()
        options.accounts = 5
        options.subject = "/O=pwned\u{1B}]0;title\u{7}\u{202E}gpj/OU=\u{9B}2J\u{2066}x/CN=\u{1B}[2Jcommon"
        options.otherNames = [
            "DNS:\u{1B}[31mred.example", "email:a\u{7}@b.example",
            "otherName:1.3.6.1.5.5.7.8.5;UTF8:\u{202E}moc.elpmaxe\u{200F}",
            "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.\u{1B}c.example",
        ]
        return try await Prosody(options)
    }

    private func obeyed(in text: String) -> [Unicode.Scalar] { text.unicodeScalars.filter(Self.obeyed.contains) }

    /// All files of a run, and how many there are.
    private func files(_ folder: String) throws -> (text: String, count: Int) {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".hlog") }
        let texts = names.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }
        return (texts.map { String(decoding: $0, as: UTF8.self) }.joined(), texts.count)
    }

    @Test("reaches no terminal and no file but as escapes: of probe, and of runs that trust it and that do not")
    func everywhere() async throws {
        let (server, folder) = (try await server(), try TemporaryDirectory())
        let address = "127.0.0.1:\(server.ports.plain)"
        let probe = try await MusterBinary.run(
            ["probe", address, "--domain", "localhost", "--user", "u1", "--any-certificate", "--transcript"],
            environment: ["MUSTER_PASSWORD": "pw"])
        // A name as RFC 4514 writes it, twice: it is the issuer's too.
        let name = #"CN=\1B[2Jcommon,OU=\C2\9B2J\E2\81\A6x,O=pwned\1B]0\;title\07\E2\80\AEgpj"#
        #expect(probe.output.contains("certificate of \(name), by \(name)"), "\(probe.output)")
        #expect(probe.output.contains(#"\u{1B}[31mred.example, _xmpp-client.\u{1B}c.example"#), "\(probe.output)")
        #expect(obeyed(in: probe.output + probe.errorOutput) == [])
        let pin = String(repeating: "ab", count: 32)
        for (index, verify) in ["{ca: \(server.certificateAuthority)}", "full", "{pin: \(pin)}"].enumerated() {
            let scenario = try folder.write(
                """
                name: names
                target: {address: "\(address)", domain: localhost, verify: \(verify)}
                accounts: {count: 5, password: pw}
                load: [{burst: {logins: 2}}]
                """, to: "names.yml")
            let results = folder.path("results-\(index)")
            let run = try await MusterBinary.run(["run", scenario, "--results", results, "--json"])
            let written = try files(results)
            #expect(written.count > 8, "\(run.errorOutput)")
            #expect(obeyed(in: run.output + run.errorOutput + written.text) == [], "\(verify)")
        }
        try await server.stop()
    }
}
