import ArgumentParser
import CDescriptors
import Glibc
import ScenarioFile
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
        leave(by: outcome())
    }

    private static func outcome() -> ExitStatus {
        do {
            var command = try parseAsRoot()
            try command.run()
            return .passed
        } catch let status as ExitStatus {
            return status
        } catch let failure as CommandFailure {
            Terminal.error(failure.message)
            return failure.status
        } catch {
            return outcome(of: error)
        }
    }

    /// Help goes to standard output; what is wrong with the arguments goes to standard error, the reason last.
    private static func outcome(of error: any Error) -> ExitStatus {
        guard exitCode(for: error) != .success else {
            Terminal.output(fullMessage(for: error))
            return .passed
        }
        Terminal.error("muster: " + withoutSecrets(message(for: error)))
        return .wrongUse
    }

    /// Arguments are no place for secrets, and a terminal is none either: one that stands where it would be a secret is
    /// not repeated.
    private static func withoutSecrets(_ message: String) -> String {
        zip(CommandLine.arguments, CommandLine.arguments.dropFirst()).reduce(message) { message, pair in
            Override.announcesSecret(pair.0) && !pair.1.hasPrefix("-")
                ? message.replacing("'\(pair.1)'", with: "'***'") : message
        }
    }

    /// Nobody is told that all is well who was told nothing.
    private static func leave(by status: ExitStatus) -> Never {
        guard let reason = StandardStream.output.reason else { Glibc.exit(status.rawValue) }
        Terminal.error("muster: standard output cannot be written: \(reason)")
        Glibc.exit(max(status, .notReachable).rawValue)
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
enum ExitStatus: Int32, Error, CaseIterable {
    /// The command or the scenario is wrong.
    case wrongUse = 2
    /// The run could not start, the target could not be reached at all, or what was asked for could not be written.
    case notReachable = 3
    case interrupted = 130
    /// The load generator itself was the bottleneck in what is being judged.
    case saturated = 4
    case failed = 1
    case passed = 0
}

extension ExitStatus: Comparable {
    /// By precedence.
    static func < (one: ExitStatus, other: ExitStatus) -> Bool { one.rank > other.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
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
