import Foundation
import FuzzTargets
import TestSupport
import Testing

/// A result folder is foreign input: an artifact store kept it, somebody edited it, a disk lost a part of it.
@Suite("An edited result folder", .serialized)
struct EditedResultTests {
    private static let few = ["-1", "nan", "1e300", "18446744073709551615"]
    private static let numbers = TestSize.pick(
        small: few, long: few + ["inf", "-inf", "-1e300", "9223372036854775808", "0x10", "1e15", ""])

    @Test("is read or refused with its line and column, whatever number stands in a table", arguments: numbers)
    func tables(_ number: String) throws {
        let folder = try ResultFolderToEdit()
        defer { folder.remove() }
        for (name, content) in folder.files where name.hasSuffix(".csv") {
            let lines = String(decoding: content, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            guard lines.count > 2 else { continue }
            let columns = lines[0].split(separator: ",")
            for column in columns.indices {
                var fields = lines[1].split(separator: ",", omittingEmptySubsequences: false)
                guard fields.count == columns.count, Double(fields[column]) != nil else { continue }
                fields[column] = Substring(number)
                let edited = [lines[0], Substring(fields.joined(separator: ","))] + lines[2...]
                guard let problem = folder.readWith(Array(edited.joined(separator: "\n").utf8), as: name) else {
                    continue
                }
                let words = columns[column].split(separator: "_").dropLast()  // an interval's ends are told together
                #expect(problem.contains("\(name): line 2: \(words.first ?? columns[column])"), "\(problem)")
            }
        }
    }

    @Test(
        "is read or refused with its key, whatever number stands in run.json", arguments: numbers.filter { !$0.isEmpty }
    )
    func description(_ number: String) throws {
        let folder = try ResultFolderToEdit()
        defer { folder.remove() }
        let content = try #require(folder.files.first { $0.name == "run.json" }?.content)
        let text = String(decoding: content, as: UTF8.self)
        for match in text.matches(of: /"([a-z0-9_]+)" : -?[0-9.]+/) {
            let edited = text.replacingCharacters(in: match.range, with: "\"\(match.output.1)\" : \(number)")
            guard let problem = folder.readWith(Array(edited.utf8), as: "run.json") else { continue }
            #expect(problem.contains("run.json: "), "\(problem)")
            let names = [
                String(match.output.1), match.output.1.split(separator: "_").joined(), "JSON", "seed", "stages",
            ]
            #expect(names.contains { problem.lowercased().contains($0.lowercased()) }, "\(problem)")
        }
    }

    @Test("of another version, of no stage, of a name of 100 KB is refused at once")
    func shapes() throws {
        let folder = try ResultFolderToEdit()
        defer { folder.remove() }
        let content = try #require(folder.files.first { $0.name == "run.json" }?.content)
        let text = String(decoding: content, as: UTF8.self)
        for (pattern, edit) in [
            (#""schema" : 1"#, #""schema" : 99"#),
            (#""name" : "small""#, #""name" : ""# + String(repeating: "x", count: 100_000) + "\""),
            (#""plain","#, ""), (#""variants" : ["#, #""variants" : [ "scram","#),
        ] where text.contains(pattern) {
            let problem = folder.readWith(Array(text.replacing(pattern, with: edit).utf8), as: "run.json")
            if !edit.isEmpty { #expect(problem?.contains("run.json: ") == true, "\(edit.prefix(40))") }
        }
    }
}
