import Foundation

/// The system account that a packaged server runs as when tests run as root: neither likes to be root.
struct ServiceAccount: Sendable {
    let name: String

    private var isNeeded: Bool { geteuid() == 0 }

    /// The command that runs `program` as this account; `exec` all the way, so that the pid stays the same.
    func command(_ program: String, _ arguments: [String]) -> [String] {
        guard isNeeded else { return [program] + arguments }
        return ["setpriv", "--reuid=\(name)", "--regid=\(name)", "--init-groups", program] + arguments
    }

    /// Gives a folder and all in it to the account.
    func own(_ folder: TemporaryDirectory) throws {
        guard isNeeded else { return }
        guard let entry = getpwnam(name) else { throw PackageMissing(package: name) }
        let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        chown(folder.path, user, group)
        let contents = FileManager.default.enumerator(atPath: folder.path)
        while let item = contents?.nextObject() as? String { chown(folder.path(item), user, group) }
    }
}

/// A server that the tests need is not installed.
public struct PackageMissing: Error, CustomStringConvertible {
    public let package: String

    public var description: String { "\(package) is not installed: run `make test-deps`" }

    /// Throws unless a file of the package is there.
    static func check(_ package: String, file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else { throw PackageMissing(package: package) }
    }
}
