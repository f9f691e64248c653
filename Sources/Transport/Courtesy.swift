import CEpoll

/// Who goes first when there are fewer processors than threads. All threads keep their rank and their share.
///
/// A kernel lets a thread at work keep its processor for milliseconds, and whoever wakes up behind it waits; from Linux
/// 6.12 on one that asks for short turns goes before one that asks for longer ones. Needs no privilege; a kernel that
/// does not know it does nothing, without harm.
public enum Courtesy {
    /// The calling thread does little at a time, and when it wakes up somebody has been waiting for it.
    public static func takeShortTurns() { muster_take_turns(100_000) }

    /// The calling thread computes: for threads of a queue of quality `utility`, which are nobody else's.
    public static func takeLongTurns() { muster_take_turns(10_000_000) }
}
