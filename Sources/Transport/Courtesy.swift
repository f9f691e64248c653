import CEpoll

/// Who goes first when there are fewer processors than threads.
public enum Courtesy {
    /// The calling thread gives way to every other one that wakes up, of this process and of others, from now on.
    ///
    /// For threads of a queue of quality `utility`, which do nothing that somebody waits for. A kernel lets a thread at
    /// work keep its processor for milliseconds: who wakes up behind a computation of 1 ms waited for all of it. Needs no
    /// privilege; what the kernel does not know it refuses, without harm.
    public static func giveWay() { muster_give_way() }
}
