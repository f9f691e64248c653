import Foundation

/// The results of one scenario's name in a folder of results.
public struct ResultArchive: Sendable {
    /// One of them.
    public struct Entry: Sendable, Equatable {
        /// Of its folder.
        public var name: String
        public var path: String
        public var run: RunDescription
    }

    private let results: String
    /// The newest first. What has no readable `run.json`, or one of another name, is none of them.
    public let entries: [Entry]

    /// - Parameter name: The scenario's.
    public init(of name: String, in results: String) {
        self.results = results
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: results)) ?? []
        let found = folders.filter { Self.isResult($0, of: name) }.compactMap { folder -> Entry? in
            let path = "\(results)/\(folder)"
            guard let bytes = try? System.read("\(path)/\(ResultFile.run.rawValue)"),
                let run = try? RunDescription(json: bytes, path: path), run.name == name
            else { return nil }
            return Entry(name: folder, path: path, run: run)
        }
        entries = found.sorted { Self.order($0, of: name) > Self.order($1, of: name) }
    }

    /// The newest finished run of this scenario that passed.
    public func latestPassed(scenarioHash: String) -> Entry? {
        passed(scenarioHash: scenarioHash).first
    }

    /// All of those, the newest first.
    public func passed(scenarioHash: String) -> [Entry] {
        entries.filter { $0.run.scenarioHash == scenarioHash && $0.hasPassed }
    }

    /// The newest of each scenario that passed: what the next run may be held against.
    private var baselines: Set<String> {
        Set(Set(entries.map(\.run.scenarioHash)).compactMap { latestPassed(scenarioHash: $0)?.name })
    }

    /// Removes all but the newest so many, and returns the names of what was removed.
    ///
    /// A run that goes on, the one that `latest` goes to, the last one of each scenario that passed, and a folder in which
    /// there is anything that is not a result's stay where they are.
    public func prune(keeping count: Int) -> [String] {
        let latest = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(results)/latest")
        let kept = baselines.union([latest].compactMap { $0 })
        return entries.dropFirst(count).filter { !kept.contains($0.name) && $0.isRemovable }.compactMap { entry in
            (try? FileManager.default.removeItem(atPath: entry.path)) == nil ? nil : entry.name
        }.reversed()
    }

    /// `night-20261124T230000Z`, perhaps with `-2`.
    private static func isResult(_ folder: String, of name: String) -> Bool {
        guard folder.hasPrefix(name + "-") else { return false }
        return folder.dropFirst(name.count + 1).wholeMatch(of: /[0-9]{8}T[0-9]{6}Z(-[0-9]+)?/) != nil
    }

    /// By the moment and the number behind it.
    private static func order(_ entry: Entry, of name: String) -> (Substring, Int) {
        let parts = entry.name.dropFirst(name.count + 1).split(separator: "-")
        return (parts[0], parts.count > 1 ? Int(parts[1]) ?? 0 : 1)
    }
}

extension ResultArchive.Entry {
    fileprivate var hasPassed: Bool { run.state == .finished && run.verdict?.passed == true }

    fileprivate var isRemovable: Bool {
        guard let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType,
            type == .typeDirectory, !System.isLocked("\(path)/\(ResultFile.intervals.rawValue)")
        else { return false }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let known = ResultFile.allCases.map(\.rawValue)
        return files.allSatisfy { known.contains($0) || ReplacedFile.isLeftover($0, of: known) }
    }
}
