import ArgumentParser
import Glibc
import Transport

/// Does your server pass muster?
@main
struct MusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "muster",
        abstract: "Load and soak tester for XMPP login: does your server pass muster?",
        version: Version.current,
        subcommands: [
            RunCommand.self, CheckCommand.self, ProbeCommand.self, ProvisionCommand.self, ServeCommand.self,
            CompareCommand.self, ReportCommand.self, MergeCommand.self, CalibrateCommand.self, ReferenceCommand.self,
        ])

    static func main() {
        Allocator.useOneArena()
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is an error like a full disk, no reason to die.
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let status as ExitStatus {
            Glibc.exit(status.rawValue)
        } catch let failure as CommandFailure {
            Terminal.error(failure.message)
            Glibc.exit(failure.status.rawValue)
        } catch {
            leave(error)
        }
    }

    /// Help goes to standard output; what is wrong with the arguments goes to standard error, the reason last.
    private static func leave(_ error: any Error) -> Never {
        guard exitCode(for: error) != .success else {
            print(fullMessage(for: error))
            Glibc.exit(ExitStatus.passed.rawValue)
        }
        Terminal.error("muster: " + message(for: error))
        Glibc.exit(ExitStatus.wrongUse.rawValue)
    }
}

enum Version {
    static let current = "0.1.0"

    /// The compiler's, as far as it can be asked at build time.
    static var swift: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}

/// What the process says by its exit code; a higher precedence stands further up.
enum ExitStatus: Int32, Error {
    /// The command or the scenario is wrong.
    case wrongUse = 2
    /// The run could not start, or the target could not be reached at all.
    case notReachable = 3
    case interrupted = 130
    /// The load generator itself was the bottleneck in what is being judged.
    case saturated = 4
    case failed = 1
    case passed = 0
}

/// Ends the command with a message on standard error.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
