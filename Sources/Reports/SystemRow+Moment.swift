import ResultFiles

/// The rows of one moment: of a merged result one of each injector. A server that several of them watched is one server.
extension Collection<SystemRow> {
    var clientCPU: UInt64? { sum(\.cpu) }
    var clientMemory: UInt64? { sum(\.residentBytes) }
    var serverCPU: UInt64? { sumOfServers(\.serverCPU) }
    var serverMemory: UInt64? { sumOfServers(\.serverResidentBytes) }

    /// nil where none is known.
    private func sum(_ figure: (SystemRow) -> UInt64?) -> UInt64? {
        let known = compactMap(figure)
        return known.isEmpty ? nil : known.reduce(0, +)
    }

    private func sumOfServers(_ figure: (SystemRow) -> UInt64?) -> UInt64? {
        let known = Dictionary(grouping: self, by: \.serverPID).compactMap { _, rows in rows.compactMap(figure).max() }
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}
