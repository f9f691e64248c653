import Domains
import Foundation
import LoadPlan

extension PlanReader {
    func target(_ node: Node) -> Target? {
        guard let fields = fields(node, "target", keys: Grammar.target) else { return nil }
        guard let addressNode = fields["address"] else {
            diagnostics.miss("address", from: fields.place)
            return nil
        }
        let address: Target.Address? = value(addressNode, as: .address)
        let resumption = value(fields["resume"], as: .choice) ?? Target.Resumption.none
        let groups = fields["tls-groups"].map(tlsGroups) ?? []
        let tls = value(fields["tls"], as: .choice) ?? Target.TLSMode.starttls
        let versions = value(fields["tls-versions"], as: .tlsVersions) ?? .v1_2 ... .v1_3
        let domain = value(fields["domain"], as: .domain)
        let verification = fields["verify"].flatMap(verification) ?? .full
        let process = value(fields["process"], as: .process(folder: folder)) ?? .auto
        let heap = value(fields["heap"], as: .choice) ?? Target.HeapQuestion.none
        let consents = value(fields["owner-consents"], as: .flag)
        let allowsPlain = value(fields["allow-plain-without-tls"], as: .flag) ?? false
        guard let address, let domain = domain ?? address.defaultDomain else { return nil }
        let target = Target(
            address: address, domain: domain, tls: tls, tlsVersions: versions,
            tlsGroups: groups, resumption: resumption, verification: verification, process: process,
            heap: heap, ownerConsents: consents ?? false,
            allowPlainWithoutTLS: allowsPlain, embedded: fields["embedded"].flatMap(embedded) ?? EmbeddedPlan())
        if target.address != .embedded, fields["embedded"] != nil {
            diagnostics.refuse(fields.place(of: "embedded"), "only the embedded server can be told what to do")
        }
        if !target.mayBeLoopback, consents != true { refuseStranger(addressNode) }
        return target
    }

    private func embedded(_ node: Node) -> EmbeddedPlan? {
        guard let fields = fields(node, "embedded", keys: Grammar.embedded) else { return nil }
        return EmbeddedPlan(
            delays: fields["delay"].map(delays) ?? [:],
            burn: value(fields["burn"], as: .duration(to: .seconds(1))) ?? .zero,
            leak: value(fields["leak"], as: .size).map { Int($0) } ?? 0,
            failureShare: value(fields["fail"], as: .share) ?? 0,
            clientAuthorities: fields["client-ca"].flatMap(readableFile))
    }

    private func delays(_ node: Node) -> [String: Duration] {
        guard fields(node, "delay", keys: Grammar.delayable) != nil else { return [:] }
        let delays = (node.entries ?? []).compactMap { entry in
            value(entry.value, as: .duration(to: .seconds(60))).map { (entry.key, $0) }
        }
        return Dictionary(delays, uniquingKeysWith: { first, _ in first })
    }

    private func refuseStranger(_ node: Node) {
        diagnostics.refuse(
            node.place,
            "\(node.description) is not this machine: load is only sent there with owner-consents: true, "
                + "once its owner agreed")
    }

    private func tlsGroups(_ node: Node) -> [String] {
        guard case .list(let elements) = node.content else { return value(node, as: .tlsGroup).map { [$0] } ?? [] }
        if elements.isEmpty { diagnostics.refuse(node.place, "expected at least one group, found an empty list") }
        let groups = elements.compactMap { element in value(element, as: .tlsGroup).map { ($0, element) } }
        refuseRepeated(groups, "group")
        return groups.map(\.0)
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
        node.flatMap(readableFile).map(Target.Verification.certificateAuthority)
    }

    /// The path of a PEM file that can be read; nil after it was refused.
    private func readableFile(_ node: Node) -> String? {
        guard let path = value(node, as: .text("a PEM file")).map(resolve) else { return nil }
        return isReadable(path, node) ? path : nil
    }

    func isReadable(_ path: String, _ node: Node) -> Bool {
        if FileManager.default.isReadableFile(atPath: path) { return true }
        diagnostics.refuse(node.place, "cannot read the file \"\(path)\"")
        return false
    }

    /// A file name of the scenario, seen from where the command runs.
    func resolve(_ file: String) -> String {
        file.hasPrefix("/") ? file : folder + file
    }
}

extension Target {
    /// Whether the target is this machine, by its address: nothing is asked of DNS.
    var isLoopback: Bool {
        switch address {
        case .embedded: true
        case .host(let host, _): Host(host)?.isLoopback ?? false
        case .domain: false
        }
    }

    /// Where a domain leads shows when DNS is asked, before the run.
    var mayBeLoopback: Bool { if case .domain = address { true } else { isLoopback } }
}

extension Target.Address {
    /// The address's own host.
    var defaultDomain: Domain? {
        switch self {
        case .embedded: "localhost"
        case .host(let host, _), .domain(let host): try? Domain(host)
        }
    }
}
