import Foundation

/// A real Prosody on free ports of 127.0.0.1, with accounts `u1`...`uN`, everything in a folder of its own.
///
/// It ends with its owner; ``stop()`` ends it in order.
public final class Prosody: RealServer {
    public enum Storage: Sendable {
        /// `internal_plain`: the password itself.
        case plain
        /// `internal_hashed`: the keys of one SCRAM mechanism; PLAIN costs the server a PBKDF2.
        case hashed(ScramKeys.Digest, iterations: Int = 10_000)
    }

    /// How it is set up; the defaults offer everything it has.
    public struct Options: Sendable {
        public var accounts = 200
        public var password = "pw"
        public var storage = Storage.plain
        /// Whether STARTTLS is required, or only offered.
        public var requiresTLS = false
        /// Whether PLAIN is offered without TLS.
        public var allowsPlainWithoutTLS = true
        /// Whether there is a second port that speaks TLS from the first byte.
        public var directTLS = false
        /// Mechanisms that are never offered, and those that are offered over TLS only.
        public var disabledMechanisms: [String] = []
        public var mechanismsOverTLSOnly: [String]?
        /// Modules beside those that a login needs.
        public var modules: [String] = []
        /// A PEM file: clients log in by certificates that it signed (EXTERNAL), and in no other way.
        public var clientAuthority: String?
        /// Whether stream management (XEP-0198) and client state (XEP-0352) are offered.
        public var sessionExtensions = false
        /// Whether accounts can be made and removed in-band (XEP-0077).
        public var registration = false
        /// Whether it can be talked to by ``Prosody/command(_:)``.
        public var console = false
        /// Whether the Extensible SASL Profile (XEP-0388) is offered, with Bind 2 and FAST.
        public var extensibleSASL = false
        /// Whether Non-SASL Authentication (XEP-0078) is offered; without TLS only where PLAIN is.
        public var iqAuth = false
        /// Whether there is a second domain, ``RealServer/anonymousDomain``, for SASL ANONYMOUS.
        public var anonymous = false
        /// What its certificate says beside its domains: the subject, and alternative names in OpenSSL's own words.
        public var subject: String?
        public var otherNames: [String] = []
        /// Where it listens.
        public var interfaces = ["127.0.0.1"]
        /// Connections that wait to be accepted (the package's default is 128).
        public var backlog = 4_096
        /// Lines for the configuration, before the hosts.
        public var configuration = ""

        public init() {}
    }

    public let ports: ServerPorts
    public let certificateAuthority: String
    public let process: ServerProcess
    private let folder: TemporaryDirectory

    private static let program = "/usr/bin/prosody"

    /// Starts it and returns when it accepts connections.
    public init(_ options: Options = Options()) async throws {
        try PackageMissing.check("prosody", file: Self.program)
        let folder = try TemporaryDirectory("prosody")
        let ports = try ServerPorts(directTLS: options.directTLS)
        let certificate = try await TestCertificate(
            for: ServerDomains.all, in: folder, subject: options.subject, others: options.otherNames)
        let configuration = ProsodyConfiguration(
            options: options, folder: folder.path, ports: ports, certificate: certificate,
            modules: options.extensibleSASL ? try ProsodyModules(in: folder) : nil)
        try folder.write(configuration.text, to: "prosody.cfg.lua")
        try await ProsodyAccounts(options: options).write(to: folder, domain: ServerDomains.accounts)
        let account = ServiceAccount(name: "prosody")
        try account.own(folder)

        self.folder = folder
        self.ports = ports
        certificateAuthority = certificate.certificate
        let command = account.command(Self.program, ["-F", "--config", folder.path("prosody.cfg.lua")])
        process = try await ServerProcess("prosody") {
            try ChildProcess(
                command[0], Array(command.dropFirst()), environment: ["HOME": folder.path],
                currentDirectory: folder.path, endsGroup: true)
        } isReady: {
            ports.areAccepted
        }
    }

    /// Has `prosodyctl shell` read this.
    public func command(_ text: String) async throws -> ChildProcess.Outcome {
        let command = ServiceAccount(name: "prosody").command(
            "/usr/bin/prosodyctl", ["--config", folder.path("prosody.cfg.lua"), "shell"])
        return try await ChildProcess.run(command[0], Array(command.dropFirst()), input: text)
    }

    /// Takes every token of FAST from the server, as if somebody had revoked them.
    public func forgetTokens() throws {
        try FileManager.default.removeItem(atPath: folder.path("data/\(ServerDomains.accounts)/fast_tokens"))
    }

    public var log: String { process.log + folder.text(of: "prosody.log") }
}
