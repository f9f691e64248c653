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
        let code = withCStrings(command) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawnp(&pid, command[0], &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw ChildProcess.CannotStart(program: program, code: code) }
        return pid
    }

    /// The spawn itself cannot change the folder portably; `env` can, and becomes the program.
    private var command: [String] {
        guard let currentDirectory else { return [program] + arguments }
        return ["env", "--chdir=\(currentDirectory)", program] + arguments
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
