import Engine
import Foundation
import LoadPlan
import Transport

/// In-band registration at a scenario's target.
struct RegistrationAccess {
    let plan: RunPlan
    let change: AccountChange

    /// Resolves the target.
    ///
    /// - Throws: `CommandFailure` if it cannot be found, or must not be asked.
    func provisioner(rate: Double) throws -> Provisioner {
        let target = try target()
        DescriptorLimit.raise(to: DescriptorLimit.hard)
        let lanes: LaneGroup
        do throws(TransportFailure) {
            lanes = try LaneGroup(count: 1, cryptoWidth: ProcessInfo.processInfo.activeProcessorCount)
        } catch { throw CommandFailure(.notReachable, "muster: no loop can be made: \(ProbeText.words(error))") }
        return Provisioner(plan, change, target: target, rate: rate, lanes: lanes)
    }

    private func target() throws -> RunTarget {
        guard plan.target.address != .embedded else {
            throw CommandFailure(
                .wrongUse, "muster: the embedded server knows the scenario's accounts: there is nothing to provision")
        }
        let target = try RunTarget(
            agreed: plan, ServerSearch(resolver: try .ofEnvironment()), change: change,
            advice: "add --owner-consents if its owner agrees")
        let address = target.addresses[0]
        guard plan.target.tls != .none || target.consent.mayShowSecrets(to: address) else {
            throw CommandFailure(
                .wrongUse,
                "muster: passwords would go to \(address) in the clear: use TLS, or target.allow-plain-without-tls")
        }
        return target
    }
}
