import ResultFiles
import ResultSupport
import TestSupport
import Testing

/// Every third connection to a real server has a bad network, of each kind: those that a patient client comes through are
/// no failures, the others have their names, each is counted once, and the logins beside them are as good as alone.
@Suite("logging in at real servers through a bad network", .serialized)
struct FaultTests {
    private let logins: UInt64 = TestSize.pick(small: 30, long: 300)

    @Test("at Prosody", arguments: [LoginCase.Security.none, .starttls])
    func prosody(security: LoginCase.Security) async throws {
        try await expectNames(at: try await Prosody(), security)
    }

    @Test("at ejabberd", arguments: [LoginCase.Security.none, .starttls])
    func ejabberd(security: LoginCase.Security) async throws {
        try await expectNames(at: try await Ejabberd(), security)
    }

    private func expectNames(at server: any RealServer, _ security: LoginCase.Security) async throws {
        for fault in NetworkFault.allCases {
            // The first connection only looks at what the server offers.
            let proxy = try CuttingProxy(to: server.port) { $0 > 0 && $0.isMultiple(of: 3) ? fault : nil }
            var login = LoginCase(mechanism: "PLAIN", security: security)
            login.proxyPort = proxy.port
            login.load = "- hold: {rate: 30/s, for: \(logins / 30)s}"
            login.timeout = fault == .swallows ? "5s" : "60s"
            let result = try await login.run(at: server)
            expect(result, fault)
        }
    }

    private func expect(_ result: LoginResult, _ fault: NetworkFault) {
        let cut = fault.isHarmless ? 0 : logins / 3
        #expect(result.outcome.status == .exited(fault.isHarmless ? 0 : 1), "\(fault): \(result.outcome.output)")
        #expect(result.summary()?.count == logins - cut, "\(fault): \(result.failures)")
        #expect(result.stored.failures.reduce(0) { $0 + $1.count } == cut, "\(fault): \(result.failures)")
        #expect(Set(result.stored.failures.map(\.kind)).isSubset(of: names(fault)), "\(fault): \(result.failures)")
        #expect(ResultSums(result.stored).disagreements == [], "\(fault)")
    }

    private func names(_ fault: NetworkFault) -> Set<String> {
        switch fault {
        case .delays, .crumbles, .slows: []
        case .swallows: ["timeout"]
        // Before the first byte of a stream it cannot be told from a close: it is called one.
        case .resets: ["reset", "closed"]
        case .closes: ["closed"]
        }
    }
}
