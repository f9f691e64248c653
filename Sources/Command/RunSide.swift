import Engine
import Foundation
import LoadPlan
import Metrics
import ResultFiles
import Transport
import XMPP

/// What a plan is run against, made ready: of a run the only one, of an experiment one for each variant.
struct RunSide: Sendable {
    let plan: RunPlan
    let target: RunTarget
    let server: RunDescription.Server

    /// Finds the target, looks whether it offers what the plan wants, and finds its process.
    ///
    /// - Parameter phases: of the run that the plan is part of, where that is not all of it.
    /// - Parameter variant: its name in an experiment, where one that fails altogether spoils what all are run for.
    /// - Throws: `CommandFailure` if the target cannot be found, its owner has not agreed, or no login can succeed there.
    init(
        _ plan: RunPlan, _ child: EmbeddedChild?, _ search: ServerSearch, phases: PhaseNames? = nil,
        variant: String? = nil
    ) throws {
        self.plan = plan
        let embedded = child.map { child in
            (SocketAddress.loopback(last: 1, port: child.announcement.port), child.announcement.sha256)
        }
        var target = try RunTarget(agreed: plan, phases: phases, embedded: embedded, search)
        target.prefer(try Self.look(at: target, plan, variant))
        self.target = target
        server = Self.server(plan.target.process, child, at: target.addresses[0]).withLimits
    }

    /// The process of a server that is not the embedded one, looked for anew.
    var foundProcess: Int32? { Self.server(plan.target.process, nil, at: target.addresses[0]).pid }

    /// No load is sent at a server that does not offer what the scenario wants. A run at one that cannot be logged in to for
    /// another reason is its own verdict; an experiment with such a variant would be for nothing.
    private static func look(at target: RunTarget, _ plan: RunPlan, _ variant: String?) throws -> SocketAddress {
        let finding = Preflight.look(at: target)
        switch finding.verdict {
        case .impossible(let failure) where !plan.login.force || failure.condition == LoginFailure.plainWithoutTLS:
            throw CommandFailure(noLoginPossible: failure, finding.remedy, variant)
        case .hopeless(let failure) where variant != nil && !plan.login.force:
            throw CommandFailure(noLoginPossible: failure, finding.remedy, variant)
        case .ready, .unknown, .impossible, .hopeless: return finding.address
        }
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

extension RunTarget {
    /// The target of a plan, if it is this machine or its owner agreed.
    ///
    /// - Throws: `CommandFailure` if not, or if it cannot be found.
    init(
        agreed plan: RunPlan, phases: PhaseNames? = nil,
        embedded: (address: SocketAddress, fingerprint: String?)? = nil, _ search: ServerSearch,
        change: AccountChange? = nil,
        advice: String = "load is only sent there with owner-consents: true, once its owner agreed"
    ) throws {
        do throws(TransportFailure) {
            try self.init(plan, phases: phases, embedded: embedded, search: search, change: change)
        } catch {
            throw CommandFailure(noTarget: error)
        }
        guard let stranger = addresses.first(where: { !consent.mayConnect(to: $0) }) else { return }
        throw CommandFailure(.wrongUse, "muster: \(stranger) is not this machine: \(advice)")
    }
}

extension Resolver {
    /// The system's, or the name server that `MUSTER_RESOLVER` names.
    ///
    /// - Throws: `CommandFailure` if that is no address.
    static func ofEnvironment() throws -> Resolver {
        guard let text = ProcessInfo.processInfo.environment["MUSTER_RESOLVER"], !text.isEmpty else {
            return Resolver()
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let port = parts.count == 2 ? UInt16(parts[1]) : 53, port > 0,
            let server = SocketAddress(literal: String(parts[0]), port: port)
        else {
            throw CommandFailure(
                .wrongUse, "muster: MUSTER_RESOLVER \(text): an IPv4 address is expected, as in 127.0.0.1:53")
        }
        return Resolver(nameServer: server)
    }
}

extension CommandFailure {
    /// Why no login of a plan can succeed, and what to try.
    fileprivate init(noLoginPossible failure: Failure, _ remedy: String, _ variant: String?) {
        let name = variant.map { "variant \($0): " } ?? ""
        let what = [failure.condition, failure.example].filter { !$0.isEmpty }.joined(separator: ": ")
        let isForced = failure.kind == .sasl && failure.condition != LoginFailure.plainWithoutTLS
        let ways = [remedy, isForced ? "login.force: true tries it all the same" : ""].filter { !$0.isEmpty }
        self.init(
            failure.condition == LoginFailure.plainWithoutTLS ? .wrongUse : .notReachable,
            "muster: \(name)\(failure.phase): " + ([what] + ways).joined(separator: "; "))
    }

    /// Why a plan has no target to run against: a certificate, key or TLS setting that cannot be used is the scenario's
    /// fault, an unknown name is not.
    init(noTarget failure: TransportFailure) {
        switch failure {
        case .tls(let reason): self.init(.wrongUse, "muster: TLS cannot be set up: \(reason)")
        case .dns(let reason): self.init(.notReachable, "muster: the target cannot be found: dns: \(reason)")
        default: self.init(.notReachable, "muster: the target cannot be found: \(ProbeText.words(failure))")
        }
    }
}

extension RunDescription.Server {
    fileprivate var withLimits: Self {
        guard let pid else { return self }
        var server = self
        let limits = ProcessLimits(pid)
        (server.memoryLimitBytes, server.descriptorLimit) = (limits.memory, limits.descriptors)
        server.maximumHeapBytes = limits.heap
        if let age = ProcessAge.seconds(pid) {
            let now = WallTime.now.secondsSince1970
            server.startedAt = WallTime(secondsSince1970: now - Int(age.rounded())).iso8601
            server.ageSeconds = (age * 100).rounded() / 100
        }
        return server
    }
}
