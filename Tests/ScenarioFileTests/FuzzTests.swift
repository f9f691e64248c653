import LoadPlan
import ScenarioFile
import Testing

/// Scenarios with something broken at random: a plan or errors with places, never a crash.
@Suite struct FuzzTests {
    private static let pieces = [
        "&a ", "*a", "!!str ", "<<: ", "---\n", "- ", ": ", "{", "}", "[", "]", "\"", "'", "|\n", ">\n", "#", "\t",
        "\n",
        "\r", "${", "${X}", "}", "%", "?", "\u{FEFF}", "\u{85}", "\u{2028}", "😀", "ü", "-1", "99999999999999999999",
        "NaN",
        "0", "name: ", "load: ", "target: ", "ramp: {", "\u{0}", "\u{E000}", ",", "login p99 < ",
    ]

    private func mutate(_ text: String, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            case 2:
                bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator)?.utf8.map { $0 } ?? [], at: place)
            case 3 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            default: swapLines(&bytes, &generator)
            }
        }
        return bytes
    }

    private func swapLines(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let first = Int.random(in: lines.indices, using: &generator)
        let second = Int.random(in: lines.indices, using: &generator)
        lines[first] = lines[second]
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    @Test("a broken scenario is a plan or errors with places", arguments: 0..<20 as Range<UInt64>)
    func broken(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            let bytes = mutate(seed % 2 == 0 ? evening : least, &generator)
            do throws(ScenarioErrors) {
                let scenario = try ScenarioReader.read(bytes: bytes, path: "s.yml", defaultSeed: 1)
                #expect(!scenario.plan.stages.isEmpty)
                _ = PlanSummary(scenario.plan)
                let again = try ScenarioReader.read(text: scenario.rendered(), path: "s.yml", defaultSeed: 1)
                #expect(again.canonicalText == scenario.canonicalText)
            } catch {
                expectPlaces(error, bytes)
            }
        }
    }

    private func expectPlaces(_ errors: ScenarioErrors, _ bytes: [UInt8]) {
        #expect((1...20).contains(errors.errors.count), "\(String(decoding: bytes, as: UTF8.self))")
        for error in errors.errors {
            #expect(error.line > 0 && error.column > 0 && !error.message.isEmpty)
            #expect(!error.message.contains("\n"), "\(error.message)")
        }
    }
}
