import Foundation
import LoadPlan

extension PlanReader {
    func target(_ node: Node) -> Target? {
        guard let fields = fields(node, "target", keys: Grammar.target) else { return nil }
        guard let addressNode = fields["address"] else {
            diagnostics.miss("address", from: fields.place)
            return nil
        }
        let address = value(addressNode, as: .address)
        refuseResumption(fields["resume"])
        let tls = value(fields["tls"], as: .choice) ?? Target.TLSMode.starttls
        let versions = value(fields["tls-versions"], as: .tlsVersions) ?? .v1_2 ... .v1_3
        let domain = value(fields["domain"], as: .domain)
        let verification = fields["verify"].flatMap(verification) ?? .full
        let process = value(fields["process"], as: .process(folder: folder)) ?? .auto
        let consents = value(fields["owner-consents"], as: .flag)
        let allowsPlain = value(fields["allow-plain-without-tls"], as: .flag) ?? false
        guard let address = resolve(address, at: addressNode) else { return nil }
        let target = Target(
            address: address, domain: domain ?? address.defaultDomain, tls: tls, tlsVersions: versions,
            verification: verification, process: process, ownerConsents: consents ?? false,
            allowPlainWithoutTLS: allowsPlain, embedded: fields["embedded"].flatMap(embedded) ?? EmbeddedPlan())
        if target.address != .embedded, fields["embedded"] != nil {
            diagnostics.refuse(fields.place(of: "embedded"), "only the embedded server can be told what to do")
        }
        if !target.isLoopback, consents != true { refuseStranger(addressNode) }
        return target
    }

    private func embedded(_ node: Node) -> EmbeddedPlan? {
        guard let fields = fields(node, "embedded", keys: Grammar.embedded) else { return nil }
        return EmbeddedPlan(
            delays: fields["delay"].map(delays) ?? [:],
            burn: value(fields["burn"], as: .duration(to: .seconds(1))) ?? .zero,
            failureShare: value(fields["fail"], as: .share) ?? 0)
    }

    private func delays(_ node: Node) -> [String: Duration] {
        guard fields(node, "delay", keys: Grammar.delayable) != nil else { return [:] }
        let delays = (node.entries ?? []).compactMap { entry in
            value(entry.value, as: .duration(to: .seconds(60))).map { (entry.key, $0) }
        }
        return Dictionary(delays, uniquingKeysWith: { first, _ in first })
    }

    private func resolve(_ written: WrittenAddress?, at node: Node) -> Target.Address? {
        switch written {
        case .address(let address): return address
        case .domain:
            diagnostics.refuse(node.place, notYet: .serviceRecords)
            return nil
        case nil: return nil
        }
    }

    private func refuseStranger(_ node: Node) {
        diagnostics.refuse(
            node.place,
            "\(node.description) is not this machine: load is only sent there with owner-consents: true, "
                + "once its owner agreed")
    }

    private func refuseResumption(_ node: Node?) {
        guard let node, let choice: TicketUse = value(node, as: .choice), choice != .none else { return }
        diagnostics.refuse(node.place, notYet: .resumption)
    }

    private func verification(_ node: Node) -> Target.Verification? {
        guard node.entries != nil else { return value(node, as: .verification) }
        guard let fields = fields(node, "verify", keys: ["ca", "pin"]) else { return nil }
        switch fields.given(among: ["ca", "pin"]) {
        case ["ca"]: return authority(fields["ca"])
        case ["pin"]: return value(fields["pin"], as: .pin).map(Target.Verification.pin)
        case []:
            diagnostics.refuse(node.place, "expected ca or pin in verify")
            return nil
        default:
            diagnostics.refuse(fields.place(of: "pin"), "verify takes either ca or pin, not both")
            return nil
        }
    }

    private func authority(_ node: Node?) -> Target.Verification? {
        guard let node, let file = value(node, as: .text("a PEM file")) else { return nil }
        let path = resolve(file)
        guard FileManager.default.isReadableFile(atPath: path) else {
            diagnostics.refuse(node.place, "cannot read the file \"\(path)\"")
            return nil
        }
        return .certificateAuthority(file: path)
    }

    /// A file name of the scenario, seen from where the command runs.
    func resolve(_ file: String) -> String {
        file.hasPrefix("/") ? file : folder + file
    }
}

/// The values of `target.resume`.
enum TicketUse: String, CaseIterable {
    case none, account, shared
}

extension Target {
    /// Whether the target is this machine, by its address: nothing is asked of DNS.
    var isLoopback: Bool {
        switch address {
        case .embedded: true
        case .host(let host, _): Host(host)?.isLoopback ?? false
        }
    }
}

extension Target.Address {
    /// The address's own host.
    var defaultDomain: String {
        switch self {
        case .embedded: "localhost"
        case .host(let host, _): host
        }
    }
}
