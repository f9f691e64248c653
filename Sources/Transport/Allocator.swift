import CEpoll

/// How the C library hands out memory in this process.
public enum Allocator {
    /// One arena for all threads that are still to come; call it before there are any.
    ///
    /// Queues run on whichever thread is free. With an arena for each, the same work leaves its gaps in one after another,
    /// and a run of hours grows by megabytes. Lanes hardly allocate, so threads do not wait for each other: logins over
    /// TLS cost the same.
    public static func useOneArena() { muster_use_one_arena() }
}
