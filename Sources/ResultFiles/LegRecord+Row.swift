import Metrics

extension LegRecord {
    /// The row of `blocks.csv`.
    func row(_ names: ScopeNames) -> BlockRow {
        let login = record(of: .login)
        return BlockRow(
            block: block, variant: names.variants[variant], place: place, at: seconds(began), length: seconds(length),
            logins: login.completed, failures: login.failed, clientCPU: clientCPU, serverPID: server?.pid,
            serverCPU: server?.cpu, serverMemoryGrowth: server?.memoryGrowth, serverDescriptors: server?.descriptors,
            serverThreads: server?.threads, bytesSent: bytesSent, bytesReceived: bytesReceived, roundTrips: roundTrips,
            firstLogins: firstLogins)
    }
}
