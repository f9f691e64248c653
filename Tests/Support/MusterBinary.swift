import Foundation

/// The `muster` that was built together with the tests.
public enum MusterBinary {
    public struct NotBuilt: Error, CustomStringConvertible {
        public let places: [String]

        public var description: String {
            "muster is not built; looked at \(places.joined(separator: ", "))"
        }
    }

    /// Its path: beside the running test bundle, wherever the scratch folder is.
    public static func path() throws -> String {
        guard let found = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw NotBuilt(places: places)
        }
        return found
    }

    /// Runs `muster` to its end. Its environment has no colour and no terminal.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], currentDirectory: String? = nil,
        input: String = "", within limit: Duration = .seconds(120)
    ) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(
            path(), arguments, environment: environment, currentDirectory: currentDirectory, input: input,
            within: limit)
    }

    /// Starts `muster` and returns at once.
    public static func start(
        _ arguments: [String], environment: [String: String] = [:], currentDirectory: String? = nil
    ) throws -> ChildProcess {
        try ChildProcess(path(), arguments, environment: environment, currentDirectory: currentDirectory)
    }

    /// The top folder of this package, where `Scenarios` is.
    public static let packageDirectory: String = {
        let file = URL(filePath: #filePath)
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    private static let places: [String] = {
        let bundles = [Bundle.main] + Bundle.allBundles
        let beside = bundles.map { $0.bundleURL } + [URL(filePath: CommandLine.arguments[0])]
        let folders = beside.flatMap { [$0.path, $0.deletingLastPathComponent().path] }
        let named = ProcessInfo.processInfo.environment["MUSTER_BINARY"].map { [$0] } ?? []
        return named + (folders + [packageDirectory + "/.build/debug"]).map { $0 + "/muster" }
    }()
}
