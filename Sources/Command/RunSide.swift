import Engine
import Foundation
import LoadPlan
import Metrics
import ResultFiles
import Transport

/// What a plan is run against, made ready: of a run the only one, of an experiment one for each variant.
struct RunSide {
    let plan: RunPlan
    let target: RunTarget
    let server: RunDescription.Server

    /// Resolves the target, looks whether it offers what the plan wants, and finds its process.
    ///
    /// - Throws: `CommandFailure` if the target's name is unknown, or no login can succeed there.
    init(_ plan: RunPlan, _ child: EmbeddedChild?) throws {
        self.plan = plan
        let embedded = child.map { child in
            (SocketAddress.loopback(last: 1, port: child.announcement.port), child.announcement.sha256)
        }
        do throws(TransportFailure) { target = try RunTarget(plan, embedded: embedded) } catch {
            throw CommandFailure(noTarget: error)
        }
        server = Self.server(plan.target.process, child, at: target.addresses[0])
        try look()
    }

    /// No load is sent at a server that does not offer what the scenario wants.
    private func look() throws {
        guard case .impossible(let failure) = Preflight.look(at: target) else { return }
        throw CommandFailure(
            .notReachable,
            "muster: \(failure.kind.rawValue): \(failure.condition): \(failure.example); "
                + "login.force: true tries it all the same")
    }

    private static func server(
        _ choice: Target.ServerProcessChoice, _ child: EmbeddedChild?, at address: SocketAddress
    ) -> RunDescription.Server {
        if let child { return RunDescription.Server(pid: child.pid) }
        switch choice {
        case .auto: return listener(at: address)
        case .pid(let pid): return RunDescription.Server(pid: pid)
        case .pidFile(let path):
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            guard let pid = text.flatMap({ Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) else {
                return RunDescription.Server(reason: "\(path) cannot be read, or holds no process id")
            }
            return RunDescription.Server(pid: pid)
        }
    }

    private static func listener(at address: SocketAddress) -> RunDescription.Server {
        guard address.isLoopback else {
            return RunDescription.Server(reason: "the target is not on this machine's loopback: name target.process")
        }
        do throws(ListeningProcess.NotFound) {
            return RunDescription.Server(pid: try ListeningProcess.find(address))
        } catch { return RunDescription.Server(reason: error.reason) }
    }
}

extension CommandFailure {
    /// Why a plan has no target to run against: a certificate, key or TLS setting that cannot be used is the scenario's
    /// fault, an unknown name is not.
    init(noTarget failure: TransportFailure) {
        switch failure {
        case .tls(let reason): self.init(.wrongUse, "muster: TLS cannot be set up: \(reason)")
        default: self.init(.notReachable, "muster: the target cannot be found: \(ProbeText.words(failure))")
        }
    }
}
