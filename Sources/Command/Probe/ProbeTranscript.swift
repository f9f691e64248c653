import Metrics
import Reports

/// Shows the XML of both sides as it goes by, without its secrets. Confined to its probe's queue.
final class ProbeTranscript {
    private var mine: TranscriptMask
    private var theirs: TranscriptMask

    init(_ door: ForeignTextDoor) {
        mine = TranscriptMask(door)
        theirs = TranscriptMask(door)
    }

    func sent(_ bytes: [UInt8]) { show(">", mine.masked(bytes)) }

    func received(_ bytes: [UInt8]) { show("<", theirs.masked(bytes)) }

    /// Nothing more will come.
    func end() { show("<", theirs.rest()) }

    private func show(_ arrow: String, _ text: String) {
        if !text.isEmpty { Terminal.output("    \(arrow) \(text)") }
    }
}
