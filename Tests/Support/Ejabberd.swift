import Foundation

/// A real ejabberd on a free port of 127.0.0.1, with accounts `u1`...`uN`, everything in a folder of its own.
///
/// Its Erlang node is not distributed: no epmd, no other port. It ends with its owner; ``stop()`` ends it in order.
public final class Ejabberd: RealServer {
    public enum Storage: Sendable {
        /// The password itself: all mechanisms are possible, and each SCRAM login costs the server a PBKDF2.
        case plain
        /// The keys of one SCRAM mechanism.
        case scram(ScramKeys.Digest)
    }

    public enum Registration: Sendable {
        /// One in 600 s from an address.
        case byDefault
        case unlimited
    }

    /// How it is set up; the defaults offer everything it has, without its limits.
    public struct Options: Sendable {
        public var accounts = 200
        public var password = "pw"
        public var storage = Storage.plain
        /// Whether STARTTLS is required, or only offered.
        public var requiresTLS = false
        /// Whether there is a second port that speaks TLS from the first byte.
        public var directTLS = false
        /// A PEM file: clients may log in by certificates that it signed (EXTERNAL).
        public var clientAuthority: String?
        /// Mechanisms that are never offered.
        public var disabledMechanisms = ["X-OAUTH2"]
        /// Whether stream management (XEP-0198), client state (XEP-0352), roster versions (RFC 6121 section 2.6) and
        /// compression (XEP-0138) are offered.
        public var sessionExtensions = false
        /// Whether Non-SASL Authentication (XEP-0078) is offered.
        public var iqAuth = false
        /// Whether there is a second domain, ``RealServer/anonymousDomain``, for SASL ANONYMOUS.
        public var anonymous = false
        /// Whether accounts can be made and removed in-band (XEP-0077): seldom, as by default, or as one likes.
        public var registration: Registration?
        /// A file in the format of XEP-0227 that `ejabberdctl import_piefxis` is given.
        public var importedFile: String?
        /// Connections that wait to be accepted (the package's default is 5).
        public var backlog = 4_096
        /// Top-level YAML lines for the configuration.
        public var configuration = ""

        public init() {}
    }

    public let ports: ServerPorts
    public let certificateAuthority: String
    public let process: ServerProcess
    private let folder: TemporaryDirectory

    private static let control = "/usr/sbin/ejabberdctl"

    /// Starts it and returns when its accounts are there and it accepts connections; that takes about 3 s.
    public init(_ options: Options = Options()) async throws {
        try PackageMissing.check("ejabberd", file: Self.control)
        let folder = try TemporaryDirectory("ejabberd")
        let ports = try ServerPorts(directTLS: options.directTLS)
        let certificate = try await TestCertificate(for: ServerDomains.all, in: folder)
        let configuration = EjabberdConfiguration(
            options: options, ports: ports, certificate: certificate)
        try folder.write(configuration.text, to: "ejabberd.yml")
        try folder.makeDirectory("database")
        if let file = options.importedFile {
            try FileManager.default.copyItem(atPath: file, toPath: folder.path(EjabberdAccounts.importedFile))
        }
        let node = ErlangNode(folder: folder, libraries: try Self.libraries())
        let accounts = EjabberdAccounts(options: options, domain: ServerDomains.accounts, folder: folder.path)
        let account = ServiceAccount(name: "ejabberd")
        try account.own(folder)

        self.folder = folder
        self.ports = ports
        certificateAuthority = certificate.certificate
        let command = account.command("erl", node.arguments + ["-eval", accounts.expression])
        process = try await ServerProcess("ejabberd") {
            try? FileManager.default.removeItem(atPath: accounts.marker)
            return try ChildProcess(
                command[0], Array(command.dropFirst()), environment: node.environment,
                currentDirectory: folder.path, endsGroup: true)
        } isReady: {
            FileManager.default.fileExists(atPath: accounts.marker)
                && ports.areAccepted
        }
    }

    public var log: String { process.log + folder.text(of: "ejabberd.log") }

    /// Where the package keeps its Erlang libraries; its own control script knows.
    private static func libraries() throws -> String {
        let script = try String(contentsOfFile: control, encoding: .utf8)
        let line = script.split(separator: "\n").first { $0.hasPrefix("ERL_LIBS=") }
        guard let line else { throw PackageMissing(package: "ejabberd") }
        return line.dropFirst("ERL_LIBS=".count).trimmingCharacters(in: ["'", "\""])
    }
}

/// How the Erlang machine is started for ejabberd, without distribution.
private struct ErlangNode {
    let folder: TemporaryDirectory
    let libraries: String

    var arguments: [String] {
        [
            "+K", "true", "+P", "250000", "-noinput", "-mnesia", "dir", "\"\(folder.path("database"))\"", "-s",
            "ejabberd",
        ]
    }

    var environment: [String: String] {
        [
            "EJABBERD_CONFIG_PATH": folder.path("ejabberd.yml"),
            "EJABBERD_LOG_PATH": folder.path("ejabberd.log"),
            "ERL_LIBS": libraries,
            "ERL_CRASH_DUMP_BYTES": "0",
            "HOME": folder.path,
        ]
    }
}
