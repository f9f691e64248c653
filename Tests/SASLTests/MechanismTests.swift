import SASL
import Testing

@Suite("Mechanism names")
struct MechanismTests {
    @Test("the strongest of what a real server offers is SCRAM, wherever it stands")
    func strongestOfOpenfire() {
        let offer = ["PLAIN", "ANONYMOUS", "SCRAM-SHA-1", "CRAM-MD5", "DIGEST-MD5", "JIVE-SHAREDSECRET"]
        #expect(Mechanism.strongest(of: offer) == .scramSHA1)
        #expect(Mechanism.strongest(of: offer.reversed()) == .scramSHA1)
    }

    @Test("what is supported is listed strongest first")
    func order() {
        let strengths = Mechanism.supported.map(\.strength)
        #expect(strengths == strengths.sorted(by: >))
        #expect(Mechanism.supported.first == .scramSHA512Plus)
        #expect(Set(Mechanism.supported).count == Mechanism.supported.count)
    }

    @Test("what does not log in as the account, or is unknown, is never picked")
    func neverPicked() {
        #expect(Mechanism.strongest(of: ["EXTERNAL", "ANONYMOUS", "JIVE-SHAREDSECRET", "GS2-KRB5"]) == nil)
        #expect(Mechanism.strongest(of: ["OAUTHBEARER", "HT-SHA-256-EXPR", "HT-SHA-256-NONE"], canBind: true) == nil)
        #expect(Mechanism.strongest(of: ["X-UNKNOWN", "PLAIN"]) == .plain)
        #expect(Mechanism.strongest(of: []) == nil)
    }

    @Test("what binds goes before what does not, whatever the hash, and only where there is something to bind to")
    func bindingFirst() {
        let offer = ["SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN"]
        #expect(Mechanism.strongest(of: offer, canBind: true) == .scramSHA1Plus)
        #expect(Mechanism.strongest(of: offer) == .scramSHA512)
        #expect(Mechanism.strongest(of: ["SCRAM-SHA-1-PLUS"]) == nil)
    }

    @Test("a mechanism says what it needs")
    func needs() {
        #expect(Mechanism.supported.filter(\.bindsChannel).count == 6)
        #expect(Mechanism.supported.filter(\.usesToken).count == 5)
        #expect(Mechanism.hashedTokenUnique.hashedTokenBinding == .tlsUnique)
        #expect(Mechanism.scramSHA1Plus.hashedTokenBinding == nil)
    }

    @Test("names are compared as they are written")
    func caseMatters() {
        #expect(Mechanism.strongest(of: ["plain"]) == nil)
        #expect("\(Mechanism.scramSHA256)" == "SCRAM-SHA-256")
    }

    @Test("every supported mechanism has both sides")
    func bothSides() throws {
        let accounts = try SASLAccounts { _ in nil }
        for mechanism in Mechanism.supported {
            #expect(throws: Never.self) { try SASLClient.onOurChannel(mechanism) }
            #expect(throws: Never.self) { try SASLServer.onOurChannel(mechanism, accounts) }
        }
    }

    @Test("an unknown mechanism is refused by name")
    func unknown() throws {
        let accounts = try SASLAccounts { _ in nil }
        let kerberos = Mechanism(rawValue: "GSSAPI")
        let refusal = SASLError(.unsupportedMechanism, "GSSAPI is not spoken here")
        #expect(throws: refusal) { try SASLClient(mechanism: kerberos, credentials: .test()) }
        #expect(throws: refusal) { try SASLServer(mechanism: kerberos, domain: "example.org", accounts: accounts) }
    }
}
