import ArgumentParser
import Domains
import LoadPlan
import Provisioning
import Reports
import ScenarioFile

/// Makes the accounts of a scenario, or removes them again.
struct ProvisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provision",
        abstract: "Make the scenario's accounts, or remove them.",
        discussion: """
            Running it again is harmless: an account that is there already is logged in to, and counted apart where its \
            password is another one. By registration (XEP-0077) at the scenario's target, by Openfire's REST API \
            (its secret comes from MUSTER_REST_SECRET or --secret-file), or as a file for the server's own importer.
            """)

    @OptionGroup var options: ScenarioOptions

    @Option(help: "registration, rest or file.")
    var by: Way = .registration

    @Flag(help: "Remove the accounts.")
    var remove = false

    @Option(help: "How many accounts in a time, as in 20/s or 30/min.")
    var rate = Rate(perSecond: 20)

    @Option(help: "With --by rest: the server's admin console.")
    var url: String?

    @Option(help: "With --by rest: the administrator whose password the secret is; without it, it is the plugin's own.")
    var admin: String?

    @Option(help: "With --by rest: a file that holds the secret.")
    var secretFile: String?

    @Option(help: "With --by file: for whose importer: openfire, prosody or ejabberd.")
    var format: Importer?

    @Option(help: "With --by file: the file to be made.")
    var output: String?

    @Flag(help: "The owner of a server that is not on this machine agrees.")
    var ownerConsents = false

    @Flag(help: "Only the last line.")
    var quiet = false

    enum Way: String, ExpressibleByArgument { case registration, rest, file }
    enum Importer: String, ExpressibleByArgument { case openfire, prosody, ejabberd }

    func validate() throws {
        for (name, isGiven) in [("--url", url != nil), ("--admin", admin != nil), ("--secret-file", secretFile != nil)]
        where isGiven && by != .rest {
            throw ValidationError("\(name) goes with --by rest")
        }
        for (name, isGiven) in [("--format", format != nil), ("--output", output != nil)]
        where isGiven != (by == .file) {
            throw ValidationError(isGiven ? "\(name) goes with --by file" : "--by file needs \(name)")
        }
        if by == .file, remove {
            throw ValidationError("--remove: a file only makes accounts; --by registration or --by rest remove them")
        }
    }

    func run() throws {
        let scenario = try options.read(ownerConsents ? ["target.owner-consents=true"] : [])
        for warning in scenario.warnings { Terminal.error(warning.rendered) }
        let plan = scenario.plan
        try plan.accounts.expectProvisionable(change)
        let work: any ProvisionWork
        switch by {
        case .file: return try writeFile(plan)
        case .registration: work = try RegistrationAccess(plan: plan, change: change).provisioner(rate: rate.perSecond)
        case .rest: work = try restWork(plan)
        }
        throw ProvisionSession(work, remove ? .removal : .creation, isQuiet: quiet).run()
    }

    private var change: AccountChange { remove ? .removal : .creation }

    private func restWork(_ plan: RunPlan) throws -> RESTProvisioner {
        let service = try RESTAccess(url: url, admin: admin, secretFile: secretFile).service(plan)
        return RESTProvisioner(plan.accounts, change, service: service, rate: rate.perSecond)
    }

    private func writeFile(_ plan: RunPlan) throws {
        guard let format, let output else { return }
        let domain = plan.target.domain.text
        let importFormat: ImportFormat =
            switch format {
            case .openfire: .openfire(domain: domain)
            case .prosody: .prosody(domain: domain)
            case .ejabberd: .ejabberd(domain: domain)
            }
        do throws(ImportFile.Failure) { try ImportFile.write(plan.accounts, as: importFormat, to: output) } catch {
            throw CommandFailure(.wrongUse, "muster: \(error)")
        }
        if !quiet { Terminal.output("to be read by: \(importFormat.instructions.replacing("FILE", with: output))") }
        Terminal.output("written: \(Format.count(plan.accounts.count ?? 0)) accounts with their passwords to \(output)")
    }
}

/// `20/s`
struct Rate: ExpressibleByArgument {
    let perSecond: Double

    init(perSecond: Double) { self.perSecond = perSecond }

    init?(argument: String) {
        guard let rate = ScenarioReader.rate(argument), rate > 0 else { return nil }
        perSecond = rate
    }

    var defaultValueDescription: String { "\(Format.rate(perSecond))/s" }
}

extension Accounts {
    /// - Throws: `CommandFailure` if these accounts cannot be made or removed.
    fileprivate func expectProvisionable(_ change: AccountChange) throws {
        if source == .anonymous {
            throw CommandFailure(
                .wrongUse, "muster: anonymous accounts are not made beforehand: the server makes one for each login")
        }
        guard change == .creation else { return }
        for account in hasOnePassword ? all[0..<1] : all[...] {
            guard let flaw = account.password.flaw else { continue }
            throw CommandFailure(.wrongUse, "muster: account \(account.username) \(flaw)")
        }
    }

    private var hasOnePassword: Bool { if case .pattern = source { true } else { false } }
}

extension Password {
    /// Why no account can be made with it.
    fileprivate var flaw: String? {
        if plain.isEmpty { return "has no password to be made with" }
        return plain.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
            ? "has a password with a control character, which XML cannot carry" : nil
    }
}
