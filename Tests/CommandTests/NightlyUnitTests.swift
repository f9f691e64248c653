import Foundation
import TestSupport
import Testing

@Suite("The units for a nightly run")
struct NightlyUnitTests {
    private let folder: TemporaryDirectory
    private let units = MusterBinary.packageDirectory + "/docs/nightly/"

    init() throws { folder = try TemporaryDirectory() }

    @Test("systemd takes the timer and the service, without a word")
    func systemd() async throws {
        let service = try place("muster-nightly.service")
        let timer = try place("muster-nightly.timer")
        let outcome = try await ChildProcess.run(
            "/usr/bin/systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", service, timer])
        #expect(outcome.status == .exited(0))
        #expect(outcome.output + outcome.errorOutput == "")
    }

    /// A copy whose program is the one that was built: systemd looks whether it is there.
    private func place(_ name: String) throws -> String {
        let text = try String(contentsOfFile: units + name, encoding: .utf8)
        return try folder.write(text.replacing("/usr/local/bin/muster", with: try MusterBinary.path()), to: name)
    }

    @Test("what the service and the cron line run is a command that muster has", arguments: ["service", "cron"])
    func command(of kind: String) async throws {
        let text = try String(contentsOfFile: units + "muster-nightly." + kind, encoding: .utf8)
        let line = try #require(text.split(separator: "\n").last { $0.contains("/usr/local/bin/muster run") })
        let words = line.split(separator: " ").map(String.init)
        let first = try #require(words.firstIndex { $0.hasSuffix("/usr/local/bin/muster") }) + 1
        let options = words[first...].prefix { $0 != "2>&1" && !$0.hasPrefix(">") && $0 != "||" }
        let outcome = try await MusterBinary.run(options.map { $0 == "/etc/muster/nightly.yml" ? "/nowhere.yml" : $0 })
        #expect(outcome.status == .exited(2))
        #expect(outcome.errorOutput.contains("/nowhere.yml: cannot read this file"), "\(outcome.errorOutput)")
    }
}
