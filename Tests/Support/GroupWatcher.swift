import Foundation

/// A shell that outlives this process by a moment: when its standard input ends, it kills a process group.
///
/// A death signal (`PR_SET_PDEATHSIG`) would not do: it comes with the end of the thread that started the child.
struct GroupWatcher: Sendable {
    private let shell: pid_t
    private let lifeline: Int32

    init(group: pid_t) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw ChildProcess.CannotStart(program: "sh", code: errno)
        }
        var spawn = Spawn(program: "sh", arguments: ["-c", "read -r _; kill -KILL -- -\"$1\"", "sh", "\(group)"])
        spawn.inputDescriptor = ends[0]
        defer { close(ends[0]) }
        lifeline = ends[1]
        shell = try spawn.start()
    }

    /// Ends the watch; once.
    func dismiss() {
        kill(shell, SIGKILL)
        while waitpid(shell, nil, 0) < 0, errno == EINTR {}
        close(lifeline)
    }
}
