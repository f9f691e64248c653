import Domains
public import LoadPlan
public import Metrics
import SASL
public import Transport
public import XMPP

/// A plan's target made ready: addresses known, TLS settings and the script of a login in the modules' own terms.
public struct RunTarget: Sendable {
    /// Never empty. Every login uses the first one; see ``prefer(_:)``.
    public private(set) var addresses: [SocketAddress]
    /// nil where the plan has no TLS.
    public let tls: TLSClientSettings?
    public let script: LoginScript
    /// Who a single login logs in as; empty where accounts have no names.
    let firstUsername: String
    /// For what is said of the target before anybody logs in, and around the run.
    public let door: ForeignTextDoor
    private let identities: ClientIdentities
    /// What DNS said of the target's domain, a line for each record.
    public let remarks: [String]
    /// What its phases are called.
    public let phases: PhaseNames
    private let expectations: Expectations
    /// What may be done to an address.
    public let consent: Consent
    private let resolver: Resolver
    private let seed: UInt64
    /// How long the resolver took, in nanoseconds; nil for a literal address.
    public let resolveTime: UInt64?

    /// Finds the target; blocks meanwhile.
    ///
    /// - Parameters:
    ///   - phases: of the run that the plan is part of; the plan's own unless given.
    ///   - embedded: the address and certificate of the embedded server, for plans that want it.
    ///   - change: what to do to each account; nil to log in with it.
    /// - Throws: `TransportFailure.dns`; `TransportFailure.tls` if a certificate, key or TLS setting cannot be used.
    public init(
        _ plan: RunPlan, phases: PhaseNames? = nil,
        embedded: (address: SocketAddress, fingerprint: String?)? = nil, search: ServerSearch = ServerSearch(),
        change: AccountChange? = nil
    ) throws(TransportFailure) {
        let server = try search.find(plan.target, seed: plan.seed)
        consent = Consent(plan.target)
        (resolver, seed) = (search.resolver, plan.seed)
        addresses = embedded.map { [$0.address] } ?? server.addresses
        remarks = server.remarks
        resolveTime = server.resolveTime
        tls = Self.tlsSettings(plan.target, pin: embedded?.fingerprint)
        try tls?.check()
        identities = try ClientIdentities(plan.accounts)
        let phases = phases ?? PhaseNames(steps: plan.ownSteps)
        self.phases = phases
        expectations = Expectations(plan.login, phases)
        script = LoginScript(plan, phases, change)
        firstUsername = AccountNames(plan.accounts).first?.username ?? ""
        door = ForeignTextDoor(plan.accounts)
    }

    /// Lets every login use this address, which is one of the target's.
    public mutating func prefer(_ address: SocketAddress) {
        addresses.removeAll { $0 == address }
        addresses.insert(address, at: 0)
    }

    /// Whether nothing leaves this machine, whichever of the addresses is used.
    public var isLoopback: Bool { addresses.allSatisfy(\.isLoopback) }

    /// Where another host is; blocks while its name is resolved.
    ///
    /// - Throws: `TransportFailure.dns`.
    func addresses(of host: OtherHost, isDirect: Bool) throws(TransportFailure) -> [SocketAddress] {
        try ServerSearch(resolver: resolver).find(host, isDirect: isDirect, seed: seed).addresses
    }

    /// Whether a reply is what its step expects. What the reply's length costs is at ``Expectations/longestOnLane``.
    public func isExpected(_ reply: Reply) -> Bool { expectations.isMet(by: reply) }

    /// The certificate that an account shows, by its number in the plan; nil if it has none.
    public func identity(of account: Int) -> TLSClientIdentity? { identities[account] }

    private static func tlsSettings(_ target: Target, pin: String?) -> TLSClientSettings? {
        guard target.tls != .none else { return nil }
        let versions = version(target.tlsVersions.lowerBound)...version(target.tlsVersions.upperBound)
        let trust = trust(pin.map(Target.Verification.pin) ?? target.verification)
        var settings = TLSClientSettings(
            versions: versions, groups: target.tlsGroups, keepsTickets: target.resumes, trust: trust,
            serverName: target.domain)
        if target.tls == .direct { settings.applicationProtocol = "xmpp-client" }  // XEP-0368
        return settings
    }

    private static func version(_ version: Target.TLSVersion) -> TLSClientSettings.Version {
        version == .v1_2 ? .v1_2 : .v1_3
    }

    private static func trust(_ verification: Target.Verification) -> TLSClientSettings.Trust {
        switch verification {
        case .full: .systemRoots
        case .none: .nothing
        case .certificateAuthority(let file): .authorities(file: file)
        case .pin(let digest): .pin(bytes(ofHexadecimal: digest))
        }
    }

    private static func bytes(ofHexadecimal text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue).map(UInt8.init)
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension LoginScript {
    /// The login that a plan describes, or what takes its place.
    convenience init(_ plan: RunPlan, _ phases: PhaseNames, _ change: AccountChange? = nil) {
        self.init(
            domain: plan.target.domain.text, encryption: Self.encryption(plan.target.tls),
            mechanisms: Self.mechanisms(plan), force: plan.login.force,
            steps: change == .removal ? [.bind, .remove] : plan.login.steps.map { Self.step($0, phases) },
            certificate: plan.accounts.certificate.map { $0.isPerAccount ? .own : .shared } ?? .none,
            profile: Profile(plan.login), compression: Self.compression(plan.login.compression),
            usesRosterVersion: plan.login.rosterVersion, purpose: change == .creation ? .registration : .login,
            limits: Limits(stanzaBytes: plan.login.limits.stanzaBytes, iterations: plan.login.limits.iterations))
    }

    private static func encryption(_ mode: Target.TLSMode) -> Encryption {
        switch mode {
        case .starttls: .starttls
        case .direct: .direct
        case .none: .none
        }
    }

    private static func mechanisms(_ plan: RunPlan) -> MechanismChoice {
        switch plan.login.mechanism {
        case .preferred(let names): .preferred(names.map { Mechanism(rawValue: $0) })
        case .strongest where plan.accounts.source == .anonymous: .preferred([.anonymous])
        case .strongest: .strongest
        }
    }

    private static func compression(_ compression: LoginPlan.Compression) -> Compression {
        switch compression {
        case .none: .never
        case .beforeAuth: .beforeAuthentication
        case .afterAuth: .afterAuthentication
        }
    }

    private static func step(_ step: LoginPlan.Step, _ phases: PhaseNames) -> Step {
        switch step {
        case .bind: .bind
        case .session: .session
        case .roster: .roster
        case .presence: .presence
        case .enable: .enable
        case .active: .active
        case .inactive: .inactive
        case .own(let step): .own(OwnStep(step, phases))
        }
    }
}
