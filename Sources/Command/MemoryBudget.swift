import Engine

/// What a run needs of memory beside its sessions.
enum MemoryBudget {
    /// Stacks and heaps of the threads that serve lanes and files, in address space: with less, the process cannot have
    /// them, and waits for them for ever.
    private static let own = 112 << 20

    /// - Throws: `CommandFailure` where a limit (`ulimit -v`) is too low for a run to be begun.
    static func claim() throws {
        guard let limit = MemoryLimit.current, limit < MemoryLimit.taken + own else { return }
        let (granted, needed) = (limit >> 20, (MemoryLimit.taken + own) >> 20)
        throw CommandFailure(
            .notReachable,
            "muster: a memory limit of \(granted) MiB (ulimit -v) is too low: without a session \(needed) MiB are needed"
        )
    }
}
