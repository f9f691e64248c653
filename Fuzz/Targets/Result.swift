import Foundation
import Reports
import ResultFiles

/// A folder of results as a run leaves it, with one of its files edited: where, how much goes, what comes in its place.
func fuzzResult(_ bytes: [UInt8]) {
    guard let folder = editedFolder else { return }
    var input = FuzzInput(bytes)
    let (name, content) = input.choice(of: folder.files)
    let place = (Int(input.byte()) << 8 | Int(input.byte())) % (content.count + 1)
    let removed = min(Int(input.byte()), content.count - place)
    let edited = content[..<place] + input.rest + content[(place + removed)...]
    let path = "\(folder.path)/\(name)"
    guard FileManager.default.createFile(atPath: path, contents: Data(edited)) else { return }
    defer { _ = FileManager.default.createFile(atPath: path, contents: Data(content)) }
    guard let result = try? ResultReader.read(folder.path) else { return }
    precondition(!ReportPage(result).html.isEmpty)
}

func fuzzLog(_ bytes: [UInt8]) { _ = try? HistogramLog.read(bytes, path: "latency.hlog") }

/// Made once: a copy of the sample result in memory's own file system.
private let editedFolder: (path: String, files: [(name: String, content: [UInt8])])? = {
    let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../Results/sample"
    ).standardized
    let path = "/dev/shm/muster-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    let manager = FileManager.default
    guard let names = try? manager.contentsOfDirectory(atPath: sample.path),
        (try? manager.copyItem(atPath: sample.path, toPath: path)) != nil
    else { return nil }
    let files = names.sorted().compactMap { name in
        manager.contents(atPath: "\(path)/\(name)").map { (name: name, content: [UInt8]($0)) }
    }
    return (path, files)
}()
