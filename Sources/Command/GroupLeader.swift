import Foundation
import Glibc
import LoadPlan
import Transport

/// A program in a process group of its own, of which its exit alone is waited for: what it leaves running may keep its
/// output open, and is not ours to end.
struct GroupLeader {
    private let pid: pid_t

    enum Ending: Equatable {
        case exited(Int32)
        case signalled(Int32)
        /// It has not ended, and goes on.
        case running
    }

    struct Refusal: Error {
        let reason: String
    }

    /// Starts it with no signal blocked or ignored, and with no descriptor of ours but its output.
    ///
    /// - Throws: what the system says against it.
    init(_ program: String, _ arguments: [String], environment: [String: String], output: Int32) throws(Refusal) {
        signal(SIGCHLD, SIG_DFL)  // ignored, as some parents leave it, no exit could be waited for
        var pid: pid_t = 0
        Self.keepDescriptors()
        let code = unsafe Self.withActions(output) { actions, attributes in
            unsafe Self.withCStrings([program] + arguments) { argv in
                unsafe Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                    unsafe posix_spawn(&pid, program, actions, attributes, argv, envp)
                }
            }
        }
        guard code == 0 else { throw Refusal(reason: unsafe String(cString: strerror(code))) }
        self.pid = pid
    }

    /// Blocks until it ends, at most so long, and no longer once `isHurried`.
    func wait(atMost limit: Duration, isHurried: () -> Bool = { false }) -> Ending {
        let end = MonotonicClock.now + limit.inNanoseconds
        while true {
            var status: Int32 = 0
            if unsafe waitpid(pid, &status, WNOHANG) == pid { return Self.ending(status) }
            guard MonotonicClock.now < end, !isHurried() else { return .running }
            usleep(Self.glance)
        }
    }

    /// Kills it and what it started, but for what has left its group, and waits until it is gone.
    func kill() {
        Glibc.kill(-pid, SIGKILL)
        _ = wait(atMost: .seconds(1))
    }

    private static let glance: useconds_t = 5000

    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    private static func withActions(
        _ output: Int32,
        _ body: (UnsafePointer<posix_spawn_file_actions_t>, UnsafePointer<posix_spawnattr_t>) -> Int32
    ) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe redirect(&actions, output)
        unsafe isolate(&attributes)
        return unsafe body(&actions, &attributes)
    }

    private static func redirect(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ output: Int32) {
        unsafe posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(actions, output, STDERR_FILENO)
    }

    /// A server that lives on must not hold a file or a connection of ours.
    private static func keepDescriptors() {
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in open.compactMap(Int32.init) where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    private static func isolate(_ attributes: UnsafeMutablePointer<posix_spawnattr_t>) {
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(attributes, &none)
        unsafe posix_spawnattr_setsigdefault(attributes, &all)
        unsafe posix_spawnattr_setpgroup(attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        unsafe posix_spawnattr_setflags(attributes, Int16(flags))
    }

    /// A list for C, which ends with nil.
    private static func withCStrings(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
    ) -> Int32 {
        let copies = unsafe strings.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        return unsafe body(copies + [nil])
    }
}
