import Foundation
import TestSupport
import Testing

/// The servers that the other tests use are what they are said to be.
@Suite("real servers for tests", .serialized)
struct ServerHarnessTests {
    @Test("Prosody offers its mechanisms, knows 200 accounts, and is gone once stopped")
    func prosody() async throws {
        let prosody = try await Prosody()
        #expect(try offeredMechanisms(port: prosody.port) == ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"])
        try expectAccounts(port: prosody.port)
        try await prosody.stop()
        expectGone(pid: prosody.pid, port: prosody.port)
    }

    @Test("ejabberd offers its mechanisms, knows 200 accounts, and is gone once stopped")
    func ejabberd() async throws {
        let ejabberd = try await Ejabberd()
        #expect(
            try offeredMechanisms(port: ejabberd.port)
                == ["DIGEST-MD5", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"])
        try expectAccounts(port: ejabberd.port)
        try await ejabberd.stop()
        expectGone(pid: ejabberd.pid, port: ejabberd.port)
    }

    @Test("Prosody with hashed storage knows its accounts", arguments: [ScramKeys.Digest.sha1, .sha256])
    func hashedProsody(digest: ScramKeys.Digest) async throws {
        var options = Prosody.Options()
        options.storage = .hashed(digest)
        let prosody = try await Prosody(options)
        #expect(try offeredMechanisms(port: prosody.port) == ["PLAIN", "SCRAM-\(digest.rawValue)"])
        try expectAccounts(port: prosody.port)
    }

    @Test("ejabberd with SCRAM storage knows its accounts", arguments: [ScramKeys.Digest.sha1, .sha256])
    func hashedEjabberd(digest: ScramKeys.Digest) async throws {
        var options = Ejabberd.Options()
        options.storage = .scram(digest)
        let ejabberd = try await Ejabberd(options)
        #expect(try offeredMechanisms(port: ejabberd.port) == ["PLAIN", "SCRAM-\(digest.rawValue)"])
        try expectAccounts(port: ejabberd.port)
    }

    @Test("a server that is killed is gone, and after a restart it knows its accounts")
    func killAndRestart() async throws {
        let prosody = try await Prosody()
        let first = prosody.pid
        try await prosody.kill()
        expectGone(pid: first, port: prosody.port)
        try await prosody.restart()
        #expect(prosody.pid != first)
        try expectAccounts(port: prosody.port)
    }

    @Test("ejabberd that is killed is gone, and after a restart it knows its accounts")
    func killAndRestartEjabberd() async throws {
        let ejabberd = try await Ejabberd()
        let first = ejabberd.pid
        try await ejabberd.kill()
        expectGone(pid: first, port: ejabberd.port)
        try await ejabberd.restart()
        try expectAccounts(port: ejabberd.port)
    }

    @Test("Prosody that requires TLS offers nothing else before it, and listens for direct TLS")
    func prosodyWithTLS() async throws {
        var options = Prosody.Options()
        options.requiresTLS = true
        options.directTLS = true
        let prosody = try await Prosody(options)
        #expect(try offeredMechanisms(port: prosody.port).isEmpty)
        try await expectVerifiedTLS(
            port: prosody.port, certificateAuthority: prosody.certificateAuthority, starting: ["-starttls", "xmpp"])
        try await expectVerifiedTLS(
            port: try #require(prosody.directTLSPort), certificateAuthority: prosody.certificateAuthority)
    }

    @Test("ejabberd that requires TLS offers nothing else before it, and listens for direct TLS")
    func ejabberdWithTLS() async throws {
        var options = Ejabberd.Options()
        options.requiresTLS = true
        options.directTLS = true
        let ejabberd = try await Ejabberd(options)
        #expect(try offeredMechanisms(port: ejabberd.port).isEmpty)
        try await expectVerifiedTLS(
            port: ejabberd.port, certificateAuthority: ejabberd.certificateAuthority, starting: ["-starttls", "xmpp"])
        try await expectVerifiedTLS(
            port: try #require(ejabberd.directTLSPort), certificateAuthority: ejabberd.certificateAuthority)
    }

    @Test("the second domain of either server offers ANONYMOUS")
    func anonymous() async throws {
        var prosodyOptions = Prosody.Options()
        prosodyOptions.anonymous = true
        let prosody = try await Prosody(prosodyOptions)
        #expect(try offeredMechanisms(port: prosody.port, domain: prosody.anonymousDomain) == ["ANONYMOUS"])

        var ejabberdOptions = Ejabberd.Options()
        ejabberdOptions.anonymous = true
        let ejabberd = try await Ejabberd(ejabberdOptions)
        let offered = try offeredMechanisms(port: ejabberd.port, domain: ejabberd.anonymousDomain)
        #expect(offered.contains("ANONYMOUS"))
    }

    @Test("mechanisms that a test takes away are not offered")
    func disabledMechanisms() async throws {
        var prosodyOptions = Prosody.Options()
        prosodyOptions.disabledMechanisms = ["PLAIN", "SCRAM-SHA-256"]
        let prosody = try await Prosody(prosodyOptions)
        #expect(try offeredMechanisms(port: prosody.port) == ["SCRAM-SHA-1"])

        var ejabberdOptions = Ejabberd.Options()
        ejabberdOptions.disabledMechanisms = ["X-OAUTH2", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"]
        let ejabberd = try await Ejabberd(ejabberdOptions)
        #expect(try offeredMechanisms(port: ejabberd.port) == ["DIGEST-MD5"])
    }
}
