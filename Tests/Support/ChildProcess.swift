import Foundation
import Synchronization

/// A program that a test started: in a process group of its own, its output in files, and ended with its owner.
///
/// Should the test's process die first, a small watcher kills the group, so that nothing is left running.
public final class ChildProcess: Sendable {
    public enum ExitStatus: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    public struct CannotStart: Error, CustomStringConvertible {
        public let program: String
        public let code: Int32

        public var description: String { "\(program) does not start: \(String(cString: strerror(code)))" }
    }

    public let pid: Int32
    /// The files that standard output and standard error go to.
    public let outputPath: String
    public let errorPath: String

    private let folder: TemporaryDirectory
    private let endsGroup: Bool
    private let watcher: GroupWatcher
    private let status = Mutex<ExitStatus?>(nil)

    /// Starts `program`, which is a path or a name to be found in `PATH`.
    ///
    /// - Parameters:
    ///   - environment: set on top of the test's own.
    ///   - input: what standard input holds; nothing unless given.
    ///   - endsGroup: whether the rest of its group is killed once the program itself is over, as befits a server.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:],
        currentDirectory: String? = nil, input: String = "", endsGroup: Bool = false
    ) throws {
        folder = try TemporaryDirectory("process")
        outputPath = folder.path("stdout")
        errorPath = folder.path("stderr")
        self.endsGroup = endsGroup
        var spawn = Spawn(program: program, arguments: arguments)
        spawn.environment.merge(environment) { $1 }
        spawn.currentDirectory = currentDirectory
        spawn.input = try folder.write(input, to: "stdin")
        spawn.output = outputPath
        spawn.error = errorPath
        pid = try spawn.start()
        watcher = try GroupWatcher(group: pid)
    }

    deinit {
        guard exitStatus == nil else { return }
        _ = Glibc.kill(-pid, SIGKILL)
        while waitpid(pid, nil, 0) < 0, errno == EINTR {}
        watcher.dismiss()
    }

    /// What it has written so far.
    public var output: String { folder.text(of: "stdout") }
    public var errorOutput: String { folder.text(of: "stderr") }

    /// How it ended, or nil while it runs.
    public var exitStatus: ExitStatus? {
        status.withLock { status in
            if status == nil { status = reapIfOver() }
            return status
        }
    }

    public var isRunning: Bool { exitStatus == nil }

    /// Sends a signal to the program itself; none once it is over.
    public func signal(_ signal: Int32) {
        status.withLock { status in
            if status == nil { _ = Glibc.kill(pid, signal) }
        }
    }

    /// Stops it where it is, every thread, as SIGSTOP does; SIGCONT lets it go on.
    public func freeze() async throws {
        signal(SIGSTOP)
        try await awaitCondition("process \(pid) stood still") { [pid] in
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
            return tasks.allSatisfy { task in
                let status = try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/stat", encoding: .utf8)
                return status?.split(separator: ")").last?.hasPrefix(" T") ?? true
            }
        }
    }

    /// Waits for its end; throws ``ConditionNotMet`` after `limit`.
    @discardableResult
    public func waitUntilExit(within limit: Duration = .seconds(30)) async throws -> ExitStatus {
        var ended: ExitStatus?
        try await awaitCondition("process \(pid) ended", within: limit) {
            ended = exitStatus
            return ended != nil
        }
        return ended ?? .exited(-1)
    }

    /// SIGTERM, and after `grace` SIGKILL to the whole group; returns when it is over.
    @discardableResult
    public func terminate(grace: Duration = .seconds(10)) async throws -> ExitStatus {
        signal(SIGTERM)
        if let status = try? await waitUntilExit(within: grace) { return status }
        return try await kill()
    }

    /// SIGKILL to the whole group; returns when it is over.
    @discardableResult
    public func kill() async throws -> ExitStatus {
        status.withLock { status in
            if status == nil { _ = Glibc.kill(-pid, SIGKILL) }
        }
        return try await waitUntilExit()
    }

    /// While its leader is not reaped the group's number cannot belong to anybody else.
    private func reapIfOver() -> ExitStatus? {
        var information = siginfo_t()
        guard waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0,
            information.si_signo == SIGCHLD
        else { return nil }
        if endsGroup { _ = Glibc.kill(-pid, SIGKILL) }
        var status: Int32 = 0
        guard waitpid(pid, &status, 0) == pid else { return nil }
        watcher.dismiss()
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}
