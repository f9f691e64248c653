import Foundation
import ResultFiles
import TestSupport
import Testing

@Suite("The restart of a real server", .serialized)
struct OutageTests {
    @Test("ejabberd stopped for 10 s and started again: everyone is back, and the storm's figures are in the result")
    func restart() async throws {
        let sessions = TestSize.pick(small: 200, long: 2_000)
        var options = Ejabberd.Options()
        options.accounts = sessions
        let server = try await Ejabberd(options)
        let folder = try TemporaryDirectory()
        let path = try folder.write(scenario(server, sessions: sessions, folder), to: "scenario.yml")
        let process = try MusterBinary.start(
            ["run", path, "--results", folder.path("results"), "--quiet"], environment: ["MUSTER_PASSWORD": "pw"])
        try await awaitCondition("the run stopped the server", within: .seconds(120)) { folder.has("stop") }
        try await server.stop()
        try folder.remove("stop")
        try await awaitCondition("the run started the server", within: .seconds(60)) { folder.has("start") }
        try folder.remove("start")
        try await server.restart()
        let outcome = try await process.outcome(within: .seconds(180))
        #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errorOutput)")
        let result = try ResultReader.read(folder.path("results/latest"))
        let storm = try #require(result.run?.storms?.first)
        #expect(storm.onlineBefore == sessions && storm.lost == sessions && storm.left == 0)
        #expect(storm.secondsDown >= 10 && storm.backShare == 1 && storm.recovery?.share == 1)
        let times = [storm.back50S, storm.back95S, storm.back99S, storm.backAllS].compactMap { $0 }
        #expect(times.count == 4 && times == times.sorted())
        #expect(try #require(storm.attemptsMean) >= 1 && storm.peakRatePerS > 0)
        let processes = Set(result.system.compactMap(\.serverPID))
        #expect(processes.count == 2 && processes.contains(server.pid), "the restarted server is watched as well")
        #expect(result.system.last?.serverResidentBytes != nil)
        try await server.stop()
    }

    /// The commands ask this test: they leave a file, and are over when it is gone.
    private func scenario(_ server: Ejabberd, sessions: Int, _ folder: TemporaryDirectory) -> String {
        func ask(_ name: String) -> String {
            let path = folder.path(name)
            return "[/bin/sh, -c, \"touch \(path); while [ -e \(path) ]; do sleep 0.05; done\"]"
        }
        return """
            name: restart
            target: {address: "127.0.0.1:\(server.port)", domain: \(server.domain), tls: none, allow-plain-without-tls: true}
            accounts: {count: \(sessions), password: "${MUSTER_PASSWORD}"}
            login: {mechanism: PLAIN}
            load:
              - ramp: {from: 100/s, to: 100/s, for: \(sessions / 100)s}
              - hold: {rate: 0/s, for: 2s}
              - outage: {for: 10s, stop: \(ask("stop")), start: \(ask("start"))}
              - recovery: {share: 100%, within: 2m}
            session: {stay: until-end, reconnect: {after: 1s, max: 8s, jitter: full}}
            """
    }
}

extension TemporaryDirectory {
    fileprivate func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    fileprivate func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }
}
