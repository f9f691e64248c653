/// Something that is to happen at an instant of the monotonic clock.
protocol Scheduled {
    var ready: UInt64 { get }
}

/// Those that wait, earliest first: a binary heap.
struct ReadyQueue<Element: Scheduled> {
    private var heap: [Element]

    init(_ elements: [Element] = []) {
        heap = []
        for element in elements { insert(element) }
    }

    var next: UInt64? { heap.first?.ready }
    var count: Int { heap.count }

    /// Takes the earliest, if it is to happen by now.
    mutating func take(at now: UInt64) -> Element? {
        guard let first = heap.first, first.ready <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first
    }

    mutating func insert(_ element: Element) {
        heap.append(element)
        var child = heap.count - 1
        while child > 0, heap[child].ready < heap[(child - 1) / 2].ready {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeAll() { heap.removeAll() }

    private mutating func sink() {
        var parent = 0
        while let child = smallestChild(of: parent), heap[child].ready < heap[parent].ready {
            heap.swapAt(child, parent)
            parent = child
        }
    }

    private func smallestChild(of parent: Int) -> Int? {
        let left = 2 * parent + 1
        guard left < heap.count else { return nil }
        return left + 1 < heap.count && heap[left + 1].ready < heap[left].ready ? left + 1 : left
    }
}
