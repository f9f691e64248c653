import Foundation

/// Asks a JVM by `jcmd` what its heap holds. That takes the JVM's own user, or root.
public enum JavaHeap {
    /// Bytes that are in use after a full collection, which stops the JVM for as long as it takes; nil where `jcmd` is
    /// missing or does not answer, and of what is no JVM: `jcmd` of old would kill it with a SIGQUIT.
    public static func afterCollection(_ pid: Int32) -> UInt64? {
        guard JavaArguments(pid) != nil, ask(pid, "GC.run") != nil, let heap = ask(pid, "GC.heap_info") else {
            return nil
        }
        return used(in: heap)
    }

    /// Of ` garbage-first heap   total 260096K, used 24064K [...]`, and as other collectors have it: all that is in use
    /// outside the metaspace and its class space.
    static func used(in text: String) -> UInt64? {
        let uses = text.split(separator: "\n").compactMap { line -> UInt64? in
            let name = line.drop { $0 == " " }
            guard !name.hasPrefix("Metaspace"), !name.hasPrefix("class space") else { return nil }
            if let found = line.firstMatch(of: /\bused ([0-9]+)([KMG])\b/) { return bytes(found.1, found.2) }
            return line.firstMatch(of: /\b([0-9]+)([KMG]) used\b/).flatMap { bytes($0.1, $0.2) }
        }
        return uses.isEmpty ? nil : uses.reduce(0, +)
    }

    private static func bytes(_ number: Substring, _ unit: Substring) -> UInt64? {
        UInt64(number).map { $0 << (unit == "K" ? 10 : unit == "M" ? 20 : 30) }
    }

    private static func ask(_ pid: Int32, _ command: String) -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "60", "jcmd", "\(pid)", command]
        process.environment = ChildEnvironment.ours
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : nil
    }
}
