/// Stanzas that came before, with their tokens: what a load test hears is the same features, the same success, ten
/// thousand times. To recognise one costs a comparison instead of a scan.
///
/// At most `limit` of them, each of at most `longest` bytes; those that come again stay.
struct KnownStanzas {
    private struct Entry {
        let bytes: [UInt8]
        let tokens: [Token]
        /// The prefixes that were declared around it, and the limits that it kept.
        let scope: NamespaceScope
        let limits: StreamReader.Limits
        /// How often it came again, lessened each time that its place was wanted.
        var credit: UInt8 = 0
    }

    private static let limit = 8
    private static let longest = 4096
    /// Only one in so many unknown ones is kept: most of them are of one session alone.
    private static let share: UInt32 = 16

    private var entries: [Entry] = []
    private var misses: UInt32 = 0
    private var wanted = 0

    /// Writes the tokens of the stanza that these bytes begin with, if it is known.
    ///
    /// - Returns: its length.
    mutating func recall(
        _ view: ByteView, _ scope: NamespaceScope, _ limits: StreamReader.Limits, into tokens: inout [Token]
    ) -> Int? {
        for index in entries.indices {
            let count = entries[index].bytes.count
            guard count <= view.count, view.equals(0..<count, entries[index].bytes), entries[index].scope === scope,
                entries[index].limits == limits
            else { continue }
            entries[index].credit = min(entries[index].credit, 254) + 1
            tokens.append(contentsOf: entries[index].tokens)
            return count
        }
        return nil
    }

    /// Takes note of a complete stanza that was not known.
    mutating func note(
        _ view: ByteView, count: Int, _ tokens: [Token], _ scope: NamespaceScope, _ limits: StreamReader.Limits
    ) {
        misses &+= 1
        guard misses % Self.share == 1, count <= Self.longest else { return }
        guard entries.count >= Self.limit else {
            entries.append(Entry(bytes: view.array(0..<count), tokens: Array(tokens), scope: scope, limits: limits))
            return
        }
        wanted = (wanted + 1) % Self.limit
        guard entries[wanted].credit == 0 else {
            entries[wanted].credit -= 1
            return
        }
        entries[wanted] = Entry(bytes: view.array(0..<count), tokens: Array(tokens), scope: scope, limits: limits)
    }
}
