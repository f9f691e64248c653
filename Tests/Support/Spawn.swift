import Foundation

/// One `posix_spawn`, with what is needed around it.
struct Spawn {
    var program: String
    var arguments: [String]
    var environment = ProcessInfo.processInfo.environment
    var currentDirectory: String?
    var input = "/dev/null"
    var output = "/dev/null"
    var error = "/dev/null"
    /// A descriptor that becomes standard input in place of the file.
    var inputDescriptor: Int32?

    /// Starts the program in a new process group, with no signal blocked or ignored.
    func start() throws(ChildProcess.CannotStart) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        redirect(&actions)
        isolate(&attributes)
        var pid: pid_t = 0
        let code = withCStrings([program] + arguments) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw ChildProcess.CannotStart(program: program, code: code) }
        return pid
    }

    private func redirect(_ actions: inout posix_spawn_file_actions_t) {
        if let inputDescriptor {
            posix_spawn_file_actions_adddup2(&actions, inputDescriptor, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        }
        let create = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, create, 0o644)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error, create, 0o644)
        // What this process forgot to mark close-on-exec is no business of the child.
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        if let currentDirectory { posix_spawn_file_actions_addchdir_np(&actions, currentDirectory) }
    }

    private func isolate(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies + [nil])
    }
}
