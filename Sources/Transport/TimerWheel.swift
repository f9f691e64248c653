/// One deadline for each of many connections: setting one costs a store, and the wheel turns in steps of 8 ms.
///
/// A deadline that moves later is only noted: the entry stays where it is and moves on when its slot comes up. So the
/// usual case, the next phase's timeout of a login under way, touches nothing but its own field. Deadlines fire up to one
/// step late, never early. Memory grows with the greatest index.
struct TimerWheel {
    /// 2^23 ns, about 8.4 ms.
    private static let stepShift: UInt64 = 23
    private static let slotCount = 4096
    private static let none: Int32 = -1

    private var heads = ContiguousArray(repeating: none, count: slotCount)
    private var occupied = ContiguousArray<UInt64>(repeating: 0, count: slotCount / 64)
    private var entries = ContiguousArray<Entry>()
    /// The last step whose slot was emptied.
    private var current: UInt64

    private struct Entry {
        var deadline = UInt64.max
        var next = none
        var previous = none
        /// The step in whose slot the entry is linked; `UInt64.max` when it is not.
        var step = UInt64.max
    }

    init(now: UInt64) { current = now >> Self.stepShift }

    /// Fires for this index once `deadline` has passed; `UInt64.max` never.
    mutating func set(_ index: Int, deadline: UInt64) {
        grow(toHold: index)
        entries[index].deadline = deadline
        guard deadline != .max else { return }
        let step = slotStep(of: deadline)
        if entries[index].step <= step { return }
        if entries[index].step != .max { unlink(index) }
        link(index, at: step)
    }

    /// Whether a deadline of this index is still to fire.
    func isSet(_ index: Int) -> Bool { index < entries.count && entries[index].deadline != .max }

    /// Forgets the index: its deadline will not fire.
    mutating func clear(_ index: Int) {
        guard index < entries.count else { return }
        entries[index].deadline = .max
        if entries[index].step != .max { unlink(index) }
    }

    /// Appends the indices whose deadlines have passed, and turns the wheel to now.
    mutating func collectExpired(at now: UInt64, into expired: inout [Int]) {
        let target = now >> Self.stepShift
        while current < target, let step = nextOccupiedStep, step <= target {
            current = step
            empty(step, now: now, into: &expired)
        }
        current = max(current, target)
    }

    /// When to call ``collectExpired(at:into:)`` next; nil while the wheel is empty.
    var nextWake: UInt64? { nextOccupiedStep.map { $0 << Self.stepShift } }

    private mutating func empty(_ step: UInt64, now: UInt64, into expired: inout [Int]) {
        let slot = Int(step % UInt64(Self.slotCount))
        while heads[slot] != Self.none {
            let index = Int(heads[slot])
            unlink(index)
            let deadline = entries[index].deadline
            if deadline <= now {
                entries[index].deadline = .max
                expired.append(index)
            } else if deadline != .max {
                link(index, at: slotStep(of: deadline))
            }
        }
    }

    /// The step after the deadline, within one turn of the wheel.
    private func slotStep(of deadline: UInt64) -> UInt64 {
        let step = (deadline >> Self.stepShift) + 1
        return min(max(step, current + 1), current + UInt64(Self.slotCount) - 1)
    }

    private var nextOccupiedStep: UInt64? {
        let start = Int((current + 1) % UInt64(Self.slotCount))
        guard let slot = firstOccupied(from: start) ?? firstOccupied(from: 0) else { return nil }
        let distance = (slot - start + Self.slotCount) % Self.slotCount
        return current + 1 + UInt64(distance)
    }

    private func firstOccupied(from slot: Int) -> Int? {
        var word = slot / 64
        var bits = occupied[word] & (UInt64.max << UInt64(slot % 64))
        while bits == 0 {
            word += 1
            if word == occupied.count { return nil }
            bits = occupied[word]
        }
        return word * 64 + bits.trailingZeroBitCount
    }

    private mutating func link(_ index: Int, at step: UInt64) {
        let slot = Int(step % UInt64(Self.slotCount))
        let head = heads[slot]
        entries[index].step = step
        entries[index].next = head
        entries[index].previous = Self.none
        if head != Self.none { entries[Int(head)].previous = Int32(index) }
        heads[slot] = Int32(index)
        occupied[slot / 64] |= 1 << UInt64(slot % 64)
    }

    private mutating func unlink(_ index: Int) {
        let entry = entries[index]
        let slot = Int(entry.step % UInt64(Self.slotCount))
        if entry.previous == Self.none {
            heads[slot] = entry.next
        } else {
            entries[Int(entry.previous)].next = entry.next
        }
        if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
        if heads[slot] == Self.none { occupied[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        entries[index].step = .max
    }

    private mutating func grow(toHold index: Int) {
        while entries.count <= index { entries.append(Entry()) }
    }
}
