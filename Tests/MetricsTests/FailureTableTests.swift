import Testing

@testable import Metrics

@Suite("failure table")
struct FailureTableTests {
    private let scope = Scope(stage: 0)

    @Test("the same failure is one entry with its first and last time")
    func grouping() throws {
        var table = FailureTable()
        table.record(Failure(phase: .sasl, kind: .sasl, condition: "not-authorized"), scope: scope, at: 50)
        table.record(
            Failure(phase: .sasl, kind: .sasl, condition: "not-authorized", example: "u7"), scope: scope, at: 20)
        let entry = try #require(table.entries.values.first)
        #expect(table.entries.count == 1)
        #expect((entry.count, entry.first, entry.last, entry.example) == (2, 20, 50, "u7"))
    }

    @Test("a server that invents conditions fills the table only so far, and every failure is counted")
    func bounded() {
        var table = FailureTable()
        for number in 0..<10_000 {
            table.record(Failure(phase: .sasl, kind: .sasl, condition: "c\(number)"), scope: scope, at: 0)
        }
        #expect(table.entries.count <= FailureTable.capacity + 1)
        #expect(table.entries.values.reduce(0) { $0 + $1.count } == 10_000)
    }

    @Test("a text of one endless character is cut")
    func endlessCharacter() {
        var table = FailureTable()
        let text = "a" + String(repeating: "\u{301}", count: 100_000)
        table.record(Failure(phase: .sasl, kind: .sasl, condition: text, example: text), scope: scope, at: 0)
        for (key, entry) in table.entries {
            #expect(key.condition.utf8.count < 1000)
            #expect(entry.example.utf8.count < 1000)
        }
    }

    @Test("control characters of a server do not reach a terminal")
    func controlCharacters() {
        var table = FailureTable()
        table.record(
            Failure(phase: .sasl, kind: .sasl, condition: "a\u{1B}[31m\nb\u{202E}"), scope: scope, at: 0)
        #expect(table.entries.keys.map(\.condition) == [#"a\u{1B}[31m\u{A}b\u{202E}"#])
    }

    @Test("tables merged in either order are the same")
    func merging() {
        var tables = [FailureTable(), FailureTable()]
        for number in 0..<40 {
            let failure = Failure(phase: .tls, kind: .tls, condition: "alert \(number % 7)")
            tables[number % 2].record(failure, scope: Scope(stage: UInt16(number % 3)), at: UInt64(number))
        }
        var (left, right) = (tables[0], tables[1])
        left.merge(tables[1])
        right.merge(tables[0])
        #expect(left.ordered.map(\.key) == right.ordered.map(\.key))
        #expect(left.ordered.map(\.entry.count) == right.ordered.map(\.entry.count))
        #expect(left.total(ofVariant: 0).entries.count == 7)
    }
}
