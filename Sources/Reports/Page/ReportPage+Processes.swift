import ResultFiles

extension ReportPage {
    /// Processor and memory of the server and of the load generator.
    func writeProcesses(to page: inout PageWriter) {
        guard !timeline.slots.isEmpty else { return }
        page.section("Processor and memory", id: "processes", processorLead)
        page.chart("Processor and memory over time", processWords, table: processTable) { layout in
            chart(processPanels(layout)).canvas(layout)
        }
        if let reason = result.run?.server.reason {
            page.paragraph("The server's figures are missing: \(reason).", "small")
        }
    }

    private var processorLead: String {
        let cores = result.run?.machine.cores ?? 0
        return cores > 0
            ? "1 is one processor wholly busy; this machine has \(cores)." : "1 is one processor wholly busy."
    }

    private func processPanels(_ layout: Layout) -> [TimeChart.Panel] {
        let slots = timeline.joined(to: layout.points).slots
        let processors = [
            Line(slots.map { ($0.middle, $0.busy($0.clientCPU)) }, style: "first", label: "generator"),
            Line(slots.map { ($0.middle, $0.busy($0.serverCPU)) }, style: "second", label: "server"),
        ]
        let memory = [
            Line(slots.map { ($0.end, $0.clientMemory.map { Double($0) }) }, style: "first", label: "generator"),
            Line(slots.map { ($0.end, $0.serverMemory.map { Double($0) }) }, style: "second", label: "server"),
        ]
        return [
            .lines("Processors busy", height: 110, .processors, processors),
            .lines("Resident memory", height: 110, .bytes, memory),
        ]
    }

    private var processWords: String {
        let slots = timeline.slots
        let server =
            slots.compactMap { $0.busy($0.serverCPU) }.max().map { ", the server at most \(Format.round2($0))" } ?? ""
        let client = slots.compactMap { $0.busy($0.clientCPU) }.max() ?? 0
        return "Lines of processors busy and of resident memory. The generator kept at most "
            + "\(Format.round2(client)) processors busy\(server)."
    }

    private var processTable: PageTable {
        PageTable(
            columns: ["until", "server processors", "generator processors", "server memory", "generator memory"],
            rows: rows { slot in
                [slot.busy(slot.serverCPU), slot.busy(slot.clientCPU)].map { $0.map(Format.round2) ?? "-" }
                    + [slot.serverMemory, slot.clientMemory].map { $0.map { Format.bytes(Double($0)) } ?? "-" }
            })
    }
}

extension Timeline.Slot {
    /// Processors kept busy by so many microseconds of processor time.
    fileprivate func busy(_ cpu: UInt64?) -> Double? { cpu.map { Double($0) / 1e6 / length } }
}

extension Format {
    /// `0.42`, `1.5`
    static func round2(_ value: Double) -> String { trimmed(decimal(value, places: 2)) }
}
