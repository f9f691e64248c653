import Foundation

/// A folder of a test's own, which goes away with its owner.
public final class TemporaryDirectory: Sendable {
    public let path: String

    /// Makes a new folder that every user may enter, so that a server can run there as its own user.
    public init(_ name: String = "test") throws {
        path = NSTemporaryDirectory() + "/muster-\(name)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of something in this folder.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Makes a folder within this one, with those between.
    public func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    /// Writes a file as UTF-8 and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
        return path(name)
    }

    /// The text of a file in this folder; empty when there is none.
    public func text(of name: String) -> String {
        (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
    }
}
