import Foundation

/// The environment of the programs that this one starts: ours, without what may be a secret.
public enum ChildEnvironment {
    public static var ours: [String: String] { without(secrets: ProcessInfo.processInfo.environment) }

    static func without(secrets environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in !name.hasPrefix("MUSTER_") && !words.contains(where: name.uppercased().contains)
        }
    }

    private static let words = ["PASSW", "TOKEN", "SECRET", "CREDENTIAL", "APIKEY", "API_KEY"]

    /// Takes variables that hold secrets, whatever their names, out of our own environment, once they were read. For
    /// the start of the program, when there is one thread.
    public static func withdraw(_ names: some Sequence<String>) {
        // Ours go to no child anyway, and may be asked for again.
        for name in names where !name.hasPrefix("MUSTER_") { unsafe _ = unsetenv(name) }
    }
}
