/// Where a service of a domain is offered: an SRV record (RFC 2782).
public struct ServiceRecord: Sendable, Hashable {
    /// The lowest is tried first.
    public let priority: UInt16
    /// Among equals of priority, the share of clients that try this one first.
    public let weight: UInt16
    public let port: UInt16
    /// A name. `.`: the service is decidedly not offered.
    public let target: String

    public init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }

    public var isOffered: Bool { target != "." }
}

extension ServiceRecord: CustomStringConvertible {
    /// As in a zone file: priority, weight, port and target.
    public var description: String { "\(priority) \(weight) \(port) \(target)" }
}

extension [ServiceRecord] {
    /// The order in which to try them: by priority, then drawn by weight (RFC 2782, page 4). It depends on the generator
    /// alone, not on the order in which DNS happened to list them.
    public func ordered(using generator: inout some RandomNumberGenerator) -> [ServiceRecord] {
        var left = sorted {
            $0.rank.lexicographicallyPrecedes($1.rank) || ($0.rank == $1.rank && $0.target < $1.target)
        }
        var ordered: [ServiceRecord] = []
        while let first = left.first {
            let equals = left.prefix { $0.priority == first.priority }
            ordered.append(left.remove(at: equals.drawnByWeight(&generator)))
        }
        return ordered
    }
}

extension ServiceRecord {
    /// Records without a weight stand first, as the draw wants them.
    fileprivate var rank: [UInt16] { [priority, weight, port] }
}

extension ArraySlice<ServiceRecord> {
    fileprivate func drawnByWeight(_ generator: inout some RandomNumberGenerator) -> Int {
        let drawn = Int.random(in: 0...reduce(0) { $0 + Int($1.weight) }, using: &generator)
        var sum = 0
        return firstIndex { record in
            sum += Int(record.weight)
            return sum >= drawn
        } ?? startIndex
    }
}
