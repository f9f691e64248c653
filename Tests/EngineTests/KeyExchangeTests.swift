import LoadPlan
import Metrics
import Testing
import Transport

@testable import Engine

@Suite("Direct TLS")
struct DirectTLSTests {
    @Test("the handshake says that XMPP will be spoken (XEP-0368), which STARTTLS has said already")
    func protocolName() async throws {
        for (mode, name) in [(Target.TLSMode.direct, "xmpp-client"), (.starttls, nil)] {
            let trial = try Trial([burst], tls: mode)
            #expect(try RunTarget(trial.plan).tls?.applicationProtocol == name)
            await trial.stop()
        }
    }
}

@Suite("Key exchange groups", .serialized)
struct KeyExchangeTests {
    @Test("each of the usual ones works alone", arguments: ["X25519", "P-256", "P-384"])
    func usual(_ group: String) async throws {
        var trial = try Trial([burst])
        trial.plan.target.tlsVersions = .v1_3 ... .v1_3
        trial.plan.target.tlsGroups = [group]
        let (totals, _) = try await trial.run()
        #expect(totals.record(of: .login).completed == 60)
        #expect(totals.failures.entries.isEmpty)
    }

    @Test("one that the server does not take is a tls failure, named by its alert")
    func refused() async throws {
        var trial = try Trial([burst])
        trial.plan.target.tlsVersions = .v1_2 ... .v1_2
        trial.plan.target.tlsGroups = ["brainpoolP256r1"]
        let (totals, _) = try await trial.run()
        let keys = totals.failures.entries.keys
        #expect(keys.map(\.phase) == [.tls] && keys.map(\.kind) == [.tls], "\(keys)")
        #expect(keys.map(\.condition) == ["sslv3 alert handshake failure"])
        #expect(totals.record(of: .tls).failed == 60)
    }
}
