import Metrics
import Reports
import SASL
import XMLStream
import XMPP

/// Reads the stream features beside the login, which asks only for what it needs. Confined to its probe's queue.
struct OfferReader {
    private let door: ForeignTextDoor
    private let scratch = StanzaScratch()
    private var reading = StreamReader()
    private var lines: [String] = []

    private static let spoken = Set(Mechanism.supported.map(\.rawValue))

    init(_ door: ForeignTextDoor) { self.door = door }

    /// A new stream begins.
    mutating func restart() { reading.restart() }

    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        var chunk = unsafe Chunk(bytes)
        while let event = try? reading.next(&chunk, using: scratch) {
            guard case .stanza(let stanza) = event, stanza.isStreamFeatures else { continue }
            lines += stanza.children.flatMap { OfferedFeature($0, door).lines(spoken: Self.spoken) }
        }
    }

    /// Hands over what was offered since the last time, a line each.
    mutating func take() -> [String] {
        defer { lines = [] }
        return lines
    }
}
