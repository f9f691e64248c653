import Foundation
import FuzzTargets
import LoadPlan
import TestSupport
import Testing

/// What the fuzzer is given for minutes (`make fuzz`), for moments: an input that breaks a target traps here too.
@Suite("Anybody's bytes")
struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fuzz/corpus").standardized

    private static func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
        let folder = folder.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
    }

    @Test("the kept corpus, and changes of it, break nothing", arguments: FuzzTarget.allCases)
    func corpus(_ target: FuzzTarget) throws {
        let corpus = try Self.corpus(target)
        #expect(!corpus.isEmpty)
        var generator = SeededGenerator(seed: 7)
        for bytes in corpus {
            target.run(bytes)
            for _ in 0..<(TestSize.pick(small: 4, long: 400)) { target.run(generator.mutated(bytes, among: corpus)) }
        }
    }
}

extension SeededGenerator {
    /// Some bytes changed, taken away, or put in from another input.
    fileprivate mutating func mutated(_ bytes: [UInt8], among corpus: [[UInt8]]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            let end = min(bytes.count, place + Int.random(in: 0...16, using: &self))
            switch Int.random(in: 0..<4, using: &self) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 2 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &self)
            default: bytes.insert(contentsOf: (corpus.randomElement(using: &self) ?? []).suffix(24), at: place)
            }
        }
        return bytes
    }
}
