public import Metrics

extension ResultMerge {
    /// Writes the merged result into a new folder.
    public func write(to folder: String) throws(ResultError) {
        if let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            try System.makeFolders(String(folder[..<slash]))
        }
        try System.makeFolder(folder)
        try writeFiles(in: folder)
    }

    /// Writes it into this folder, which is empty.
    public func writeFiles(in folder: String) throws(ResultError) {
        let (totals, description) = (totals, description)
        var buffer = CSVBuffer()
        try ResultFile.intervals.replace(in: folder, with: CSVBuffer.file(intervalRows))
        try ResultFile.system.replace(in: folder, with: CSVBuffer.file(systemRows))
        try ResultFile.log.replace(in: folder, with: logFile(.log, startedAt: description.startedAt) { $0.phases })
        try ResultFile.marked.replace(
            in: folder, with: logFile(.marked, startedAt: description.startedAt) { $0.marked })
        try ResultFile.summary.replace(in: folder, with: totals.summaryFile())
        try ResultFile.failures.replace(in: folder, with: totals.failuresFile())
        try totals.replaceHistogram(in: folder, through: &buffer)
        try ResultFile.junit.replace(in: folder, with: Array(JUnit.text(of: description).utf8))
        try ResultFile.run.replace(in: folder, with: description.json)
    }

    /// Rows of all injectors at the slot's time, ordered by it.
    var systemRows: [SystemRow] {
        let times = times
        let rows = shards.indices.flatMap { index in
            shards[index].system.map { row in
                var row = row
                row.at = times[slot(row.at, of: index)] ?? row.at
                if row.injector.isEmpty { row.injector = names[index] }
                return row
            }
        }
        return rows.sorted { ($0.at, $0.injector) < ($1.at, $1.injector) }
    }

    var intervalRows: [IntervalRow] {
        var rows: [IntervalRow] = []
        forEachInterval { rows += $0.intervalRows }
        return rows
    }

    private func logFile(
        _ file: ResultFile, startedAt: String, of part: (IntervalRecord) -> PhaseTable?
    ) -> [UInt8] {
        var bytes = HistogramLog.head(file, startedAt: startedAt)
        var began: UInt64 = 0
        forEachInterval { interval in
            if let phases = part(interval) { bytes += HistogramLog.lines(phases, from: began, to: interval.end) }
            began = interval.end
        }
        return bytes
    }

    /// The intervals of all injectors slot by slot, in the memory of one slot and of the injectors' rows: without failures
    /// and marks, and of the system figures with the server's, and with how many were online, alone.
    public func forEachInterval(_ body: (IntervalRecord) -> Void) {
        let (names, times) = (scopes, times)
        let rows = Dictionary(grouping: shards.indices.flatMap { shard in shards[shard].intervals.map { (shard, $0) } })
        {
            slot($0.1.at, of: $0.0)
        }
        let lines = Dictionary(grouping: shards.indices.flatMap { shard in shards[shard].log.map { (shard, $0) } }) {
            slot($0.1.end, of: $0.0)
        }
        let (parts, servers, online) = (markedParts, servers, online)
        for (slot, time) in times.sorted(by: { $0.key < $1.key }) {
            var phases = PhaseTable(names: names)
            for shard in shards.indices {
                let rows = (rows[slot] ?? []).filter { $0.0 == shard }.map(\.1)
                let lines = (lines[slot] ?? []).filter { $0.0 == shard }.map(\.1)
                phases.merge(PhaseTable(rows, lines, names: names))
            }
            body(
                IntervalRecord(
                    end: UInt64((time * 1000).rounded()) * 1_000_000, phases: phases, failures: FailureTable(),
                    system: SystemSample(online: online[slot] ?? 0, server: servers[slot]),
                    marked: parts[slot].map { PhaseTable(marked: $0, names: names) }))
        }
    }

    /// As one of those who watched it saw it.
    private var servers: [Int: SystemSample.ServerSample] {
        guard let watcher else { return [:] }
        let seen = shards[watcher].system.compactMap { row in row.server.map { (slot(row.at, of: watcher), $0) } }
        return Dictionary(seen, uniquingKeysWith: { $1 })
    }

    /// With all injectors, at a slot's end.
    private var online: [Int: Int] {
        let last = shards.indices.map { shard in
            Dictionary(
                shards[shard].system.map { (slot($0.at, of: shard), $0.online) },
                uniquingKeysWith: shards[shard].run?.injectors == nil ? { $1 } : (+))
        }
        return last.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
    }

    private var markedParts: [Int: [LoggedHistogram]] {
        let lines = shards.indices.flatMap { shard in shards[shard].markedPart.map { (slot($0.end, of: shard), $0) } }
        return Dictionary(grouping: lines, by: \.0).mapValues { $0.map(\.1) }
    }
}

extension SystemSample {
    fileprivate init(online: Int, server: ServerSample?) {
        self.init(online: online)
        self.server = server
    }
}

extension SystemRow {
    fileprivate var server: SystemSample.ServerSample? {
        serverPID.map { pid in
            var sample = SystemSample.ServerSample(pid: pid)
            (sample.cpu, sample.residentBytes) = (serverCPU, serverResidentBytes)
            (sample.descriptors, sample.threads) = (serverDescriptors, serverThreads)
            return sample
        }
    }
}

// MARK: Alignment

extension ResultMerge {
    /// Each slot's end: the latest of its injectors' intervals.
    private var times: [Int: Double] {
        let ends = shards.indices.flatMap { index in
            Set(shards[index].system.map(\.at) + shards[index].intervals.map(\.at)).map {
                (slot($0, of: index), $0 + seconds(offsets[index]))
            }
        }
        return Dictionary(ends, uniquingKeysWith: max)
    }

    /// Which interval of the schedule ended at this time, counted from 1. Intervals end a little late, never a quarter of
    /// their length; what ends later is the rest of a run.
    private func slot(_ end: Double, of shard: Int) -> Int {
        max(1, Int(((end + seconds(offsets[shard])) / length - 0.25).rounded(.up)))
    }

    /// The interval's length by the schedule, in seconds: intervals end late, but on the whole not ever later.
    private var length: Double {
        let ends = shards[0].system.map(\.at)
        let lengths = zip(ends, [0] + ends).map { $0 - $1 }.sorted()
        guard !lengths.isEmpty else { return 1 }
        let median = lengths[lengths.count / 2]
        return median > 0.75 ? median.rounded() : max(0.05, (median * 20).rounded() / 20)
    }
}
